"""Batches for ContrastiveTensionLoss, for scripts that train with `fit`."""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from worker.engine.legacy.input_example import InputExample


class ContrastiveTensionDataLoader:
    """Pairs of `sentences` in batches: one in `pos_neg_ratio` is a text with itself, label 1; the
    others are two different ones, label 0.

    Each pass has an order of its own; your list stays as it is. What doesn't fill a batch is left
    out. `collate_fn` is set by `fit`.
    Errors: ValueError for a batch_size that pos_neg_ratio doesn't divide.
    """

    def __init__(self, sentences: Sequence[str], batch_size: int, pos_neg_ratio: int = 8) -> None:
        if batch_size % pos_neg_ratio:
            raise ValueError(
                f"A batch of {batch_size} can't hold one pair of equal texts in {pos_neg_ratio}: "
                f"take a batch_size that {pos_neg_ratio} divides."
            )
        self.sentences = sentences
        self.batch_size = batch_size
        self.pos_neg_ratio = pos_neg_ratio
        self.collate_fn: Callable[[list[InputExample]], Any] | None = None

    def __iter__(self) -> Iterator[Any]:
        texts = iter(random.sample(self.sentences, len(self.sentences)))
        for _ in range(len(self)):
            batch = [self._pair(place, texts) for place in range(self.batch_size)]
            yield batch if self.collate_fn is None else self.collate_fn(batch)

    def _pair(self, place: int, texts: Iterator[str]) -> InputExample:
        text = next(texts)
        is_same = place % self.pos_neg_ratio == 0
        return InputExample(texts=[text, text if is_same else next(texts)], label=int(is_same))

    def __len__(self) -> int:
        texts_a_batch = 2 * self.batch_size - self.batch_size // self.pos_neg_ratio
        return len(self.sentences) // texts_a_batch
