"""Features seen as rows, one a text. Legend: B texts, T tokens of the longest."""

from collections.abc import Iterator
from itertools import accumulate

from torch import Tensor, nn

from worker.engine.model.modules.module import Features

NO_ROWS = (
    "This model reads the texts of a batch as one long list of tokens (a StaticEmbedding does), "
    "which can't be cut into chunks of texts. Take the loss without caching: such a model needs so "
    "little memory that large batches fit as they are."
)


def count(features: Features) -> int:
    """How many texts. Raises ValueError where the features can't be taken apart by text."""
    lengths = {len(t) for t in features.values() if isinstance(t, Tensor) and t.dim()}
    is_ragged = features["input_ids"].dim() < 2 if "input_ids" in features else False
    if len(lengths) != 1 or is_ragged:
        raise ValueError(NO_ROWS)
    return lengths.pop()


def demand_rows(model: object) -> None:
    """Raise ValueError for a model that reads all tokens of a batch as one long list."""
    modules = model.modules() if isinstance(model, nn.Module) else ()
    if any(isinstance(module, nn.EmbeddingBag) for module in modules):
        raise ValueError(NO_ROWS)


def take(features: Features, rows: slice | Tensor) -> Features:
    """The features of these rows, without the columns at the end that are padding in all of them.

    Padding at the beginning stays: positions may be counted from there.
    """
    taken = {n: t[rows] if is_a_row_each(t) else t for n, t in features.items()}
    mask_BT = taken.get("attention_mask")
    if mask_BT is None or mask_BT.dim() != 2 or not mask_BT.any():
        return taken
    width = mask_BT.shape[1]
    kept = int(mask_BT.any(dim=0).nonzero().max()) + 1
    if kept == width:
        return taken
    return {
        n: t[:, :kept] if is_a_row_each(t) and t.dim() > 1 and t.shape[1] == width else t
        for n, t in taken.items()
    }


def chunks(features: Features, most_rows: int, most_tokens: int | None = None) -> Iterator[slice]:
    """Neighbouring rows, `most_rows` at a time, or as many as have `most_tokens` together.

    Padding isn't counted. A text that is longer than `most_tokens` is a chunk of its own.
    Raises ValueError where tokens are to be counted and the features have no attention_mask.
    """
    rows = count(features)
    if most_tokens is None:
        for first in range(0, rows, most_rows):
            yield slice(first, min(first + most_rows, rows))
        return
    if "attention_mask" not in features:
        raise ValueError(
            "mini_batch_num_tokens counts the tokens of attention_mask, and this model's features "
            "have none. Leave it out; mini_batch_size then says how many texts a chunk has."
        )
    tokens_before = [0, *accumulate(features["attention_mask"].sum(dim=1).tolist())]
    first = 0
    for row in range(1, rows + 1):
        if row == rows or tokens_before[row + 1] - tokens_before[first] > most_tokens:
            yield slice(first, row)
            first = row


def is_a_row_each(value: object) -> bool:
    """A tensor whose first axis is the texts, not a setting of the whole batch."""
    return isinstance(value, Tensor) and value.dim() > 0
