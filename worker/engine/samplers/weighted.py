"""Several datasets that come as often as their weights say, beside their share of batches."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import torch
from torch.utils.data import BatchSampler, ConcatDataset

from worker.engine.samplers.epoch_sampler import batches_of, permutation
from worker.engine.samplers.several import Turns


class WeightedBatchSampler(Turns):
    """An epoch has as many batches as all datasets together; each has a share of them in
    proportion to its own number of batches times its weight, and at least one.

    Of a dataset whose share is larger than itself rows come again, in another order; of one whose
    share is smaller, other rows come in every epoch.
    """

    def __init__(
        self,
        dataset: ConcatDataset[Any],
        batch_samplers: Sequence[BatchSampler],
        generator: torch.Generator | None = None,
        seed: int = 0,
        *,
        weights: Sequence[float],
    ) -> None:
        super().__init__(dataset, batch_samplers, generator, seed)
        self.weights = weights

    @property
    def shares(self) -> list[int]:
        """How many batches of an epoch each dataset has."""
        lengths = [len(sampler) for sampler in self.batch_samplers]
        wanted = [n * weight for n, weight in zip(lengths, self.weights, strict=True)]
        scale = sum(lengths) / sum(wanted)
        return [max(1, round(n * scale)) for n in wanted]

    def turns(self, draw: torch.Generator) -> list[int]:
        owners = [turn for turn, share in enumerate(self.shares) for _ in range(share)]
        return [owners[place] for place in permutation(len(owners), draw)]

    def stream(
        self, turn: int, epoch: int, start_batch: int, draw: torch.Generator
    ) -> Iterator[list[int]]:
        """Whole passes over the dataset, one after the other, from `start_batch` on."""
        sampler = self.batch_samplers[turn]
        passes = -(-self.shares[turn] // len(sampler))
        done, within = divmod(start_batch, len(sampler))
        return chain.from_iterable(
            batches_of(sampler, epoch * passes + n, within if n == done else 0)
            for n in range(done, passes)
        )
