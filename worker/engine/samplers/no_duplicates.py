"""No text twice in a batch, so that no right answer is counted as a wrong one.

Legend: a *code* is a number that stands for a text, a *rank* a row's place in the random order.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from typing import TypeAlias

import numpy as np
import torch

from worker.engine.samplers.columns import Table, codes
from worker.engine.samplers.default import DefaultBatchSampler
from worker.engine.samplers.epoch_sampler import permutation, seeded

Codes: TypeAlias = Sequence[tuple[int, ...]]
"""For each row the codes that other rows have too; what stands in one row only can't clash."""


class NoDuplicatesBatchSampler(DefaultBatchSampler):
    """Walks the random order and puts each row into the first batch that has none of its texts.

    The same batches as going through all waiting rows again for each batch, at far less work: a
    row that doesn't fit waits in the queue of the text that it shares with the batch, and only the
    first of a queue is looked at again. All input columns count together; the label doesn't.
    Every epoch has as many batches as the first: where another order comes out longer, its
    shortest batches are left out; where it comes out shorter, some of the first are taken again.

    Texts are numbered once, at the start, whatever `precompute_hashes` says: "no_duplicates" and
    "no_duplicates_hashed" are the same here, in batches and in speed.
    """

    def __init__(
        self,
        dataset: Table,
        batch_size: int,
        drop_last: bool,
        valid_label_columns: list[str] | None = None,
        generator: torch.Generator | None = None,
        seed: int = 0,
        precompute_hashes: bool = False,
        precompute_num_proc: int | None = None,
        precompute_batch_size: int = 1000,
    ) -> None:
        super().__init__(dataset, batch_size, drop_last, valid_label_columns, generator, seed)
        left_out = {*(valid_label_columns or []), "dataset_name"}
        self.codes = clashing(
            dataset, [name for name in dataset.column_names if name not in left_out]
        )
        self._plans = {0: self._plan(0)}  # and, while it is in use, that of another epoch

    def batches(
        self, epoch: int, start_batch: int = 0, generator: torch.Generator | None = None
    ) -> Iterator[list[int]]:
        if epoch not in self._plans:
            first = self._plans[0]
            self._plans = {0: first, epoch: fitted(self._plan(epoch), first)}
        return iter(self._plans[epoch][start_batch:])

    def __len__(self) -> int:
        return len(self._plans[0])

    def _plan(self, epoch: int) -> list[list[int]]:
        order = permutation(len(self.codes), seeded(self.seed, epoch))
        return plan(self.codes, order, self.batch_size, self.drop_last)


def clashing(dataset: Table, names: Sequence[str]) -> Codes:
    """For each row the codes of its texts that stand in another row too."""
    numbers = np.sort(codes(dataset, names), axis=1)
    is_first = np.ones_like(numbers, dtype=bool)  # a text twice in one row counts once
    is_first[:, 1:] = numbers[:, 1:] != numbers[:, :-1]
    numbers -= min(numbers.min(initial=0), 0)
    rows_with = np.bincount(numbers[is_first], minlength=1)
    is_shared = is_first & (rows_with[numbers] > 1)
    found: list[tuple[int, ...]] = [()] * len(numbers)
    rows = np.flatnonzero(is_shared.any(axis=1))
    shared = np.where(is_shared, numbers, -1)[rows]
    for row, values in zip(rows.tolist(), shared.tolist(), strict=True):
        found[row] = tuple(value for value in values if value >= 0)
    return found


def plan(codes: Codes, order: Sequence[int], batch_size: int, drop_last: bool) -> list[list[int]]:
    """Every row of `order` in batches in which no code occurs twice.

    With `drop_last`, batches that can't be filled are left out.
    """
    waiting = Waiting(codes, order)
    batches = []
    while waiting:
        batch = waiting.next_batch(batch_size)
        if len(batch) == batch_size or not drop_last:
            batches.append(batch)
    return batches


class Waiting:
    """The rows that are in no batch yet: unseen, ready to be looked at, or queued behind a code.

    A row is queued behind a code of the batch that refused it. When that batch is done, the first
    of the queue becomes ready; the others can't enter a batch before it. If it is then refused for
    another code, it moves to that code's queue and the next one becomes ready.
    """

    def __init__(self, codes: Codes, order: Sequence[int]) -> None:
        self.codes = codes
        self.order = order
        self.unseen = 0  # the rank from which on no row has been looked at
        self.ready: list[tuple[int, int]] = []  # heap of (rank, code that it was queued behind)
        self.queues: defaultdict[int, list[int]] = defaultdict(list)  # heaps of ranks

    def __bool__(self) -> bool:
        return bool(self.ready) or self.unseen < len(self.order)

    def next_batch(self, batch_size: int) -> list[int]:
        batch: list[int] = []
        taken: set[int] = set()
        while len(batch) < batch_size and self:
            rank, came_from = self._next()
            row = self.order[rank]
            clash = next((code for code in self.codes[row] if code in taken), None)
            if clash is None:
                batch.append(row)
                taken.update(self.codes[row])
            else:
                heappush(self.queues[clash], rank)
            if came_from is not None and came_from not in taken:
                self._make_ready(came_from)
        for code in taken:
            self._make_ready(code)
        return batch

    def _next(self) -> tuple[int, int | None]:
        if self.ready:
            return heappop(self.ready)  # its rank is below that of any row not seen yet
        self.unseen += 1
        return self.unseen - 1, None

    def _make_ready(self, code: int) -> None:
        queue = self.queues.get(code)
        if queue:
            heappush(self.ready, (heappop(queue), code))
        if not queue:
            self.queues.pop(code, None)


def fitted(batches: list[list[int]], model: list[list[int]]) -> list[list[int]]:
    """`batches` made as many as `model` has: the shortest left out, or some of `model` added."""
    missing = len(model) - len(batches)
    if missing >= 0:
        return batches + model[:missing]
    by_size = sorted(range(len(batches)), key=lambda i: len(batches[i]))
    left_out = set(by_size[:-missing])
    return [batch for i, batch in enumerate(batches) if i not in left_out]
