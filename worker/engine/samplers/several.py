"""Several datasets in one training: whose batch comes next. No batch mixes two of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch.utils.data import BatchSampler, ConcatDataset

from worker.engine.samplers.epoch_sampler import EpochSampler, batches_of, permutation, seeded


class MultiDatasetDefaultBatchSampler(EpochSampler):
    """What a sampler over several datasets inherits; it defines `__iter__` and `__len__`.

    `dataset` is all of them, one after the other, `batch_samplers` holds one for each; batches
    are row numbers of `dataset`. `generator` is for the use of a sampler of one's own.
    Raises ValueError where the numbers of datasets and samplers differ.
    """

    def __init__(
        self,
        dataset: ConcatDataset[Any],
        batch_samplers: Sequence[BatchSampler],
        generator: torch.Generator | None = None,
        seed: int = 0,
    ) -> None:
        if len(dataset.datasets) != len(batch_samplers):
            raise ValueError(
                f"{len(dataset.datasets)} datasets need as many samplers, not {len(batch_samplers)}."
            )
        first = batch_samplers[0]
        super().__init__(first.batch_size, first.drop_last, generator, seed)
        self.dataset = dataset
        self.batch_samplers = batch_samplers

    def set_epoch(self, epoch: int) -> None:
        super().set_epoch(epoch)
        for sampler in self.batch_samplers:
            if hasattr(sampler, "set_epoch"):
                sampler.set_epoch(epoch)


class Turns(MultiDatasetDefaultBatchSampler):
    """Batches by a list that says for each whose turn it is."""

    def turns(self, draw: torch.Generator) -> list[int]:
        """For each batch of an epoch the number of its dataset."""
        raise NotImplementedError

    def batches(
        self, epoch: int, start_batch: int = 0, generator: torch.Generator | None = None
    ) -> Iterator[list[int]]:
        draw = seeded(self.seed, epoch)
        turns = self.turns(draw)
        before = Counter(turns[:start_batch])
        streams = {  # in the order of first turns, in which they draw from the one generator
            turn: self.stream(turn, epoch, before[turn], draw) for turn in dict.fromkeys(turns)
        }
        firsts = [0, *self.dataset.cumulative_sizes]
        return (
            [firsts[turn] + row for row in batch]
            for turn in turns[start_batch:]
            for batch in _at_most_one(streams[turn])
        )

    def stream(
        self, turn: int, epoch: int, start_batch: int, draw: torch.Generator
    ) -> Iterator[list[int]]:
        """The batches of one dataset in an epoch, in the order of its turns."""
        return batches_of(self.batch_samplers[turn], epoch, start_batch, draw)

    def __len__(self) -> int:
        return len(self.turns(seeded(self.seed, 0)))


class RoundRobinBatchSampler(Turns):
    """One batch of each in turn, until the smallest has none left: all count the same."""

    def turns(self, draw: torch.Generator) -> list[int]:
        shortest = min(len(sampler) for sampler in self.batch_samplers)
        return list(range(len(self.batch_samplers))) * shortest


class ProportionalBatchSampler(Turns):
    """All batches of all, in random order: every row is used, and large datasets count more."""

    def turns(self, draw: torch.Generator) -> list[int]:
        owners = [i for i, sampler in enumerate(self.batch_samplers) for _ in range(len(sampler))]
        return [owners[place] for place in permutation(len(owners), draw)]


def _at_most_one(stream: Iterator[list[int]]) -> Iterator[list[int]]:
    """The next batch; none where a sampler of one's own gives fewer than it said."""
    batch = next(stream, None)
    if batch is not None:
        yield batch
