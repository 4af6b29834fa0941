"""One process's part of each batch, where several train together."""

from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

import torch

from worker.engine.samplers.epoch_sampler import EpochSampler, batches_of


class Share(EpochSampler):
    """The `rank`th of `processes` equal parts of each batch of `sampler`, in its order.

    So all processes are at the same dataset in the same step (a loss that gathers rows from all
    devices would else wait for ever), no text stands twice in what they gather, and together they
    see the batches that one process of the joined batch size sees. A batch that can't be divided
    is filled up with its own first rows.
    """

    def __init__(self, sampler: Any, rank: int, processes: int) -> None:
        super().__init__(
            sampler.batch_size // processes, sampler.drop_last, None, getattr(sampler, "seed", 0)
        )
        self.whole = sampler
        self.rank = rank
        self.processes = processes

    def batches(
        self, epoch: int, start_batch: int = 0, generator: torch.Generator | None = None
    ) -> Iterator[list[int]]:
        for batch in batches_of(self.whole, epoch, start_batch, generator):
            size = -(-len(batch) // self.processes)
            filled = list(islice(cycle(batch), size * self.processes))
            yield filled[self.rank * size : (self.rank + 1) * size]

    def __len__(self) -> int:
        return len(self.whole)
