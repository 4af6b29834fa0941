"""No text twice in a batch, so that no right answer is counted as a wrong one.

Legend: a *code* is a number that stands for a text, a *rank* a row's place in the random order.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from typing import TypeAlias

from worker.engine.samplers.codes import Table, text_codes
from worker.engine.samplers.epoch_sampler import EpochSampler, permutation

Codes: TypeAlias = Sequence[frozenset[int]]


class NoDuplicatesBatchSampler(EpochSampler):
    """Walks the random order and puts each row into the first batch that has none of its texts.

    The same batches as going through all waiting rows again for each batch, at far less work: a
    row that doesn't fit waits in the queue of the text that it shares with the batch, and only the
    first of a queue is looked at again. All input columns count together; the label doesn't.
    Every epoch has as many batches as the first: where another order comes out longer, its
    shortest batches are left out; where it comes out shorter, some of the first are taken again.
    """

    def __init__(
        self,
        dataset: Table,
        batch_size: int,
        drop_last: bool = False,
        valid_label_columns: Sequence[str] = (),
        seed: int = 0,
    ) -> None:
        super().__init__(batch_size, drop_last, seed)
        self.codes = text_codes(dataset, without=valid_label_columns)
        self._plans = {0: self._plan(0)}  # and, while it is in use, that of another epoch

    def batches(self, epoch: int, start_batch: int = 0) -> Iterator[list[int]]:
        if epoch not in self._plans:
            first = self._plans[0]
            self._plans = {0: first, epoch: fitted(self._plan(epoch), first)}
        return iter(self._plans[epoch][start_batch:])

    def __len__(self) -> int:
        return len(self._plans[0])

    def _plan(self, epoch: int) -> list[list[int]]:
        order = permutation(len(self.codes), self.seed, epoch)
        return plan(self.codes, order, self.batch_size, self.drop_last)


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
                taken |= self.codes[row]
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
