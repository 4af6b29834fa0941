"""The columns of a batch put one below the other, so that one forward reads them all.

Legend: B texts of a column, T tokens of its longest.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import pad

from worker.engine.encoder.protocols import Encoder
from worker.engine.model.modules.module import Features
from worker.engine.model.rows import is_a_row_each
from worker.engine.packing import levers

OF_TOKENS = frozenset({"input_ids", "attention_mask", "token_type_ids"})


def joined(model: Encoder, columns: Sequence[Features]) -> Features | None:
    """All columns as one, padded to the longest text of all; None where that is no gain, or where
    they are read in different ways.

    Only a model that leaves the padding out again gains: questions would be padded to passages.
    """
    if len(columns) < 2 or not levers.is_on(levers.JOINED_COLUMNS):
        return None
    first = model[0] if isinstance(model, torch.nn.Sequential) and len(model) else None
    if not getattr(first, "leaves_out_padding", False):
        return None
    tokenizer = getattr(first, "tokenizer", None)
    if getattr(tokenizer, "padding_side", "right") != "right":
        return None
    if not all(_is_plain(features) for features in columns) or len(set(map(_shared, columns))) > 1:
        return None
    width = max(features["attention_mask"].shape[1] for features in columns)
    fill = {"input_ids": getattr(tokenizer, "pad_token_id", None) or 0}
    return columns[0] | {
        name: torch.cat([_widened(f[name], width, fill.get(name, 0)) for f in columns])
        for name in columns[0].keys() & OF_TOKENS
    }


def _is_plain(features: Features) -> bool:
    """Whether every tensor of rows is one value for each token."""
    by_row = {name: value for name, value in features.items() if is_a_row_each(value)}
    return (
        {"input_ids", "attention_mask"} <= by_row.keys() <= OF_TOKENS
        and len({value.shape for value in by_row.values()}) == 1
        and by_row["input_ids"].dim() == 2
    )


def _shared(features: Features) -> tuple[object, ...]:
    """What holds for the whole column: the names of its tensors, and its settings."""
    settings = {n: v for n, v in features.items() if not is_a_row_each(v)}
    return (frozenset(features), repr(sorted(settings.items())))


def _widened(values_BT: Tensor, width: int, fill: int) -> Tensor:
    return pad(values_BT, (0, width - values_BT.shape[1]), value=fill)
