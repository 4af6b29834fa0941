"""Rows in random order, cut into batches; and what a sampler of one's own inherits."""

from collections.abc import Iterator
from typing import Any

import torch
from torch.utils.data import Sampler

from worker.engine.samplers.epoch_sampler import EpochSampler, permutation, seeded


class DefaultBatchSampler(EpochSampler):
    """Every row once an epoch; the last batch is shorter, or left out with `drop_last`.

    `dataset` is a table of rows, or a torch Sampler, whose order is then kept. A sampler of one's
    own inherits from this, takes the same arguments, and defines `__iter__` and `__len__`;
    `valid_label_columns` are the names that a label column can have, `generator` is for its use.
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int,
        drop_last: bool,
        valid_label_columns: list[str] | None = None,
        generator: torch.Generator | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__(batch_size, drop_last, generator, seed)
        self.dataset = dataset
        self.valid_label_columns = valid_label_columns

    def batches(
        self, epoch: int, start_batch: int = 0, generator: torch.Generator | None = None
    ) -> Iterator[list[int]]:
        order = self._order(epoch, generator or seeded(self.seed, epoch))
        starts = range(start_batch * self.batch_size, len(order), self.batch_size)
        whole = len(self) * self.batch_size
        return (order[i : i + self.batch_size] for i in starts if i < whole)

    def _order(self, epoch: int, generator: torch.Generator) -> list[int]:
        if not isinstance(self.dataset, Sampler):
            return permutation(len(self.dataset), generator)
        if self.generator is not None:
            self.generator.manual_seed(self.seed + epoch)
        return list(self.dataset)

    def __len__(self) -> int:
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full + (1 if rest and not self.drop_last else 0)
