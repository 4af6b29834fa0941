"""Batches in which no text comes twice, so that no one's positive is another's negative."""

import random
from collections.abc import Callable, Iterator
from typing import Any

from worker.engine.legacy.input_example import InputExample


class NoDuplicatesDataLoader:
    """Batches of `batch_size` examples; texts that differ in case or outer spaces only are equal.

    An example that doesn't fit into a batch is left out of this round; after the last example all
    are shuffled by Python's random numbers. `train_examples` is shuffled in place.
    Raises ValueError where no batch of that size can be made.
    """

    def __init__(self, train_examples: list[InputExample], batch_size: int) -> None:
        self.batch_size = batch_size
        self.data_pointer = 0
        self.collate_fn: Callable[[list[InputExample]], Any] | None = None
        self.train_examples = train_examples
        random.shuffle(self.train_examples)

    def __iter__(self) -> Iterator[Any]:
        for _ in range(len(self)):
            batch = self._batch()
            yield self.collate_fn(batch) if self.collate_fn is not None else batch

    def _batch(self) -> list[InputExample]:
        batch: list[InputExample] = []
        seen: set[str] = set()
        passed_over = 0
        while len(batch) < self.batch_size:
            example = self._next()
            texts = {str(text).strip().lower() for text in example.texts or ()}
            if texts & seen:
                passed_over += 1
                if passed_over > 2 * len(self.train_examples):  # twice around and nothing fitted
                    raise ValueError(
                        f"There are not {self.batch_size} examples without a text in common. "
                        "Lower batch_size."
                    )
                continue
            passed_over = 0
            batch.append(example)
            seen |= texts
        return batch

    def _next(self) -> InputExample:
        example = self.train_examples[self.data_pointer]
        self.data_pointer += 1
        if self.data_pointer >= len(self.train_examples):
            self.data_pointer = 0
            random.shuffle(self.train_examples)
        return example

    def __len__(self) -> int:
        return len(self.train_examples) // self.batch_size
