"""Optimizer and learning rate by the settings of that time."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

DEFAULT_OPTIMIZER_PARAMS: Mapping[str, Any] = MappingProxyType({"lr": 2e-5})
NOT_DECAYED = ("bias", "LayerNorm.bias", "LayerNorm.weight")  # as found in a weight's name

SCHEDULES = {
    "constantlr": "constant",
    "warmupconstant": "constant_with_warmup",
    "warmuplinear": "linear",
    "warmupcosine": "cosine",
    "warmupcosinewithhardrestarts": "cosine_with_restarts",
}
"""By the names of that time, those that transformers knows them by."""


def schedule(name: str, optimizer: Optimizer, warmup_steps: int, steps: int) -> LambdaLR:
    """The learning rate over `steps`, by a name of SCHEDULES in any case. Raises ValueError."""
    if name.lower() not in SCHEDULES:
        raise ValueError(f"scheduler is one of {', '.join(SCHEDULES)}, not {name!r}.")
    from transformers import get_scheduler  # which nobody needs who only loads a model

    made: LambdaLR = get_scheduler(SCHEDULES[name.lower()], optimizer, warmup_steps, steps)
    return made


def optimizer_of(
    module: nn.Module, kind: type[Optimizer], params: Mapping[str, Any], weight_decay: float
) -> Optimizer:
    """An optimizer of all weights of `module`; biases and layer norms don't decay."""
    decayed: list[nn.Parameter] = []
    kept: list[nn.Parameter] = []
    for name, weight in module.named_parameters():
        (kept if any(part in name for part in NOT_DECAYED) else decayed).append(weight)
    groups = [
        {"params": decayed, "weight_decay": weight_decay},
        {"params": kept, "weight_decay": 0.0},
    ]
    return kind(groups, **params)
