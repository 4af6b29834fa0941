"""A transformer's forward over a padded batch, without the padding wherever that can be.

Legend: B texts, T tokens of the longest, N real tokens, D dimensions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel

from worker.engine.packing import buckets
from worker.engine.packing.attention import packed_attention
from worker.engine.packing.kinds import Kind, first_position, kind_of, leaves_it_out_itself
from worker.engine.packing.layout import Rows, layout_of, rows_of

OF_TOKENS = ("input_ids", "attention_mask", "token_type_ids")
"""What is known to have a value for each token; with anything else a batch is left as it is."""

WORTH = 0.97
"""Above this share of real tokens there is nothing to win."""


@dataclass(frozen=True)
class Hidden:
    """The last layer's vectors B×T×D, and all layers', if asked for. Padding has any."""

    last_hidden_state: Tensor
    hidden_states: tuple[Tensor, ...] | None


def without_padding(model: PreTrainedModel, inputs: Mapping[str, Any]) -> Hidden | None:
    """What `model(**inputs)` would give, or None where it must be asked for that."""
    if not {"input_ids", "attention_mask"} <= inputs.keys() <= set(OF_TOKENS):
        return None
    mask_BT = inputs["attention_mask"]
    if mask_BT.dim() != 2 or model.config.output_attentions or leaves_it_out_itself(model):
        return None
    if float(mask_BT.float().mean()) > WORTH:
        return None
    rows = rows_of(mask_BT)
    if rows is None:
        return None
    return _WAYS[kind_of(model)](model, inputs, rows)


def _packed(model: PreTrainedModel, inputs: Mapping[str, Any], rows: Rows) -> Hidden:
    """All texts in one row."""
    batch, width = inputs["attention_mask"].shape
    layout = layout_of(rows, width)
    row = {
        name: value.flatten()[layout.place_N].unsqueeze(0)
        for name, value in inputs.items()
        if name != "attention_mask"
    }
    position_1N = (layout.position_N + first_position(model)).unsqueeze(0)
    with packed_attention(model.config):
        output = model(**row, position_ids=position_1N, layout=layout, return_dict=True)

    def padded(hidden_1ND: Tensor) -> Tensor:
        flat = hidden_1ND.new_zeros(batch * width, hidden_1ND.shape[-1])
        return flat.index_copy(0, layout.place_N, hidden_1ND[0]).view(batch, width, -1)

    return _hidden(output, padded)


def _in_buckets(model: PreTrainedModel, inputs: Mapping[str, Any], rows: Rows) -> Hidden | None:
    """A forward for each bucket; what a model makes of the padding that is left is left, too."""
    width = inputs["attention_mask"].shape[1]
    cuts = buckets.cut(rows.lengths)
    if len(cuts) == 1:
        return None
    outputs = [
        model(
            **{n: v[rows.row_B[cut], : rows.lengths[cut.start]] for n, v in inputs.items()},
            return_dict=True,
        )
        for cut in cuts
    ]
    back_B = torch.argsort(rows.row_B)

    def padded(parts: list[Tensor]) -> Tensor:
        wide = [torch.nn.functional.pad(p, (0, 0, 0, width - p.shape[1])) for p in parts]
        return torch.cat(wide)[back_B]

    layers = [output.get("hidden_states") for output in outputs]
    return Hidden(
        padded([output.last_hidden_state for output in outputs]),
        None
        if layers[0] is None
        else tuple(padded(list(parts)) for parts in zip(*layers, strict=True)),
    )


def _hidden(output: Any, padded: Any) -> Hidden:
    layers = output.get("hidden_states")
    return Hidden(
        padded(output.last_hidden_state),
        None if layers is None else tuple(padded(layer) for layer in layers),
    )


_WAYS = {Kind.PACKED: _packed, Kind.BUCKETS: _in_buckets}
