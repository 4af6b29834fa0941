"""Texts in batches of nearly one length, so that hardly anything is computed for padding.

Legend: N texts; B texts of a batch; W texts of a window; T tokens of the longest.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from worker.engine.model import rows
from worker.engine.model.modules import Transformer
from worker.engine.model.modules.module import Features

if TYPE_CHECKING:
    from worker.engine.model.embedding import Input, Wanted
    from worker.engine.model.sentence_transformer import SentenceTransformer

WINDOW = 16
MOST_AT_ONCE = 1_024
"""Texts of so many batches, but no more than this, become tokens at once, and are then sorted by
their tokens. A larger batch becomes tokens alone, as ever: padded, they take memory too."""

FEWEST = 64
"""Of fewer texts the batches are upstream's, to the last digit of their sums: little is to be won."""

CPU_TOKENS = 1_024
"""More in one forward is slower on a CPU: what a layer makes no longer fits into its caches."""


def batches(
    model: "SentenceTransformer", texts: Sequence["Input"], wanted: "Wanted"
) -> Iterator[tuple[NDArray[np.intp], Features]]:
    """The places of some texts, longest first, and their features; all batches together have each
    text once. A batch has at most `batch_size`."""
    order_N = np.argsort([-length(text) for text in texts])  # upstream's sort, so its batches too
    is_worth_it = wanted.gives_vectors and len(texts) >= FEWEST
    by_tokens = is_worth_it and _reads_each_text_alone(model)
    size = wanted.batch_size
    if by_tokens:
        size = max(size, min(size * WINDOW, MOST_AT_ONCE))
    for start in range(0, len(texts), size):
        place_W = order_N[start : start + size]
        features = model.preprocess(
            [texts[place] for place in place_W], prompt=wanted.prompt, **wanted.options
        )
        if not by_tokens or "attention_mask" not in features:
            yield place_W, features
            continue
        tokens_W = features["attention_mask"].sum(dim=1)
        order_W = tokens_W.argsort(descending=True, stable=True)
        most = CPU_TOKENS if model.device.type == "cpu" else None
        for span in spans(tokens_W[order_W].tolist(), wanted.batch_size, most):
            taken = order_W[span]
            yield place_W[taken.numpy()], rows.take(features, taken)


def spans(tokens_W: Sequence[int], most_texts: int, most_tokens: int | None) -> Iterator[slice]:
    """Neighbours, longest first: so many texts, and with padding so many tokens, but one at least."""
    first = 0
    for n in range(1, len(tokens_W) + 1):
        is_full = n == len(tokens_W) or n - first == most_texts
        if is_full or (most_tokens is not None and (n + 1 - first) * tokens_W[first] > most_tokens):
            yield slice(first, n)
            first = n


def _reads_each_text_alone(model: "SentenceTransformer") -> bool:
    """Whether a text's vector does not depend on its neighbours' padding, which stands behind it."""
    first: Any = model[0] if len(model) else None
    return (
        isinstance(first, Transformer)
        and first.may_leave_out_padding
        and getattr(first.tokenizer, "padding_side", "right") == "right"
    )


def length(text: "Input") -> int:
    """About how long a text is; a pair or a conversation is as long as all of its texts."""
    if isinstance(text, str):
        return len(text)
    parts = text.values() if isinstance(text, dict) else text
    return sum(length(part) for part in parts if part)  # a message may have no content
