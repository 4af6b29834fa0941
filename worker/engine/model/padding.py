"""Whether the modules of a model let its transformer leave out the padding of a batch."""

from torch import nn

from worker.engine.model.modules import (
    Dense,
    Dropout,
    LayerNorm,
    Normalize,
    Pooling,
    Transformer,
    WeightedLayerPooling,
)
from worker.engine.packing import levers

LOOK_AT_NO_PADDING = (Dense, Dropout, LayerNorm, Normalize, Pooling, WeightedLayerPooling)
"""Of other modules nobody knows: a convolution, say, sees what stands behind a text's last token."""


def tell_transformer(model: nn.Sequential) -> None:
    """Let the first module know what follows it."""
    first, *others = model
    if isinstance(first, Transformer):
        are_known = all(type(module) in LOOK_AT_NO_PADDING for module in others)
        first.may_leave_out_padding = are_known and levers.is_on(levers.PACKING)
