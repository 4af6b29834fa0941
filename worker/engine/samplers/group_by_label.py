"""Two rows of a class at a time, so that a batch holds pairs of equals and of others."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from worker.engine.samplers.columns import codes
from worker.engine.samplers.default import DefaultBatchSampler
from worker.engine.samplers.epoch_sampler import permutation, seeded

FEWEST = 4
"""Rows of a batch that make two pairs of different classes."""


class GroupByLabelBatchSampler(DefaultBatchSampler):
    """Every batch holds two or more classes, each with two or more rows.

    Classes take turns in giving two rows, in an order drawn anew each round, until fewer than two
    of them have any left: what a large class has beyond the others waits for another epoch.
    Raises ValueError for an odd batch size or one below 4, for a dataset without a label column,
    and where fewer than two classes have two rows.
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
        super().__init__(dataset, batch_size, drop_last, valid_label_columns, generator, seed)
        if batch_size < FEWEST or batch_size % 2:
            raise ValueError(
                f"group_by_label takes two rows of a class at a time: the batch size must be even "
                f"and at least {FEWEST}, and is {batch_size}."
            )
        self.groups = _groups(dataset, _label_name(dataset, valid_label_columns))
        if len(self.groups) < 2:
            raise ValueError(
                "group_by_label needs two classes with two rows or more; this dataset has "
                f"{len(self.groups)}. Add rows, or choose the sampler batch_sampler."
            )
        pairs = sorted((len(rows) // 2 for rows in self.groups), reverse=True)
        rounds = pairs[1]  # then the largest class is left alone
        self.rows_used = 2 * sum(min(count, rounds) for count in pairs)

    def batches(
        self, epoch: int, start_batch: int = 0, generator: torch.Generator | None = None
    ) -> Iterator[list[int]]:
        rows = self._rows(seeded(self.seed, epoch))
        starts = range(start_batch * self.batch_size, len(self) * self.batch_size, self.batch_size)
        return (rows[i : i + self.batch_size] for i in starts)

    def __len__(self) -> int:
        full, rest = divmod(self.rows_used, self.batch_size)
        return full + (1 if rest >= FEWEST and not self.drop_last else 0)

    def _rows(self, draw: torch.Generator) -> list[int]:
        """All rows of an epoch, in pairs of one class; neighbouring pairs are of different ones."""
        shuffled = [[group[i] for i in permutation(len(group), draw)] for group in self.groups]
        pairs_left = [len(group) // 2 for group in shuffled]
        classes = list(range(len(shuffled)))
        rows: list[int] = []
        last = -1
        round_ = 0
        while len(classes) >= 2:
            classes = [classes[i] for i in permutation(len(classes), draw)]
            # A batch that goes on from the round before must not get one class twice in a row.
            if len(rows) % self.batch_size and classes[0] == last:
                classes[0], classes[1] = classes[1], classes[0]
            for one in classes:
                rows += shuffled[one][2 * round_ : 2 * round_ + 2]
            last = classes[-1]
            round_ += 1
            classes = [one for one in classes if pairs_left[one] > round_]
        return rows


def _groups(dataset: Any, label: str) -> list[list[int]]:
    """The rows of each class that has two or more, classes in the order of their first row."""
    numbers = codes(dataset, [label])[:, 0]
    by_class = np.argsort(numbers, kind="stable")
    borders = np.flatnonzero(np.diff(numbers[by_class])) + 1
    groups = [rows.tolist() for rows in np.split(by_class, borders)]
    return [rows for rows in groups if len(rows) >= 2]


def _label_name(dataset: Any, names: list[str] | None) -> str:
    for name in names or []:
        if name in dataset.column_names:
            return name
    raise ValueError(
        f"group_by_label needs a label column, named one of {', '.join(names or []) or 'nothing'}; "
        f"the columns are {', '.join(dataset.column_names)}. Rename the one that holds the class."
    )
