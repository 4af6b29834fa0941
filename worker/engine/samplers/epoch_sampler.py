"""What all samplers share: the batches of an epoch are a pure function of (seed, epoch)."""

import hashlib
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
import torch
from torch.utils.data import BatchSampler


class EpochSampler(BatchSampler):
    """Batches of row numbers, the same for the same seed and epoch on every machine.

    So a run that resumes at batch k of epoch e needs no state of the sampler: it takes
    `batches(e, start_batch=k)`. Every epoch has `len(self)` batches. A sampler defines `batches`
    and `__len__`, or, as in Sentence Transformers, `__iter__` and `__len__`.
    """

    def __init__(
        self, batch_size: int, drop_last: bool, generator: torch.Generator | None, seed: int
    ) -> None:
        self.batch_size = batch_size
        self.drop_last = drop_last
        self.generator = generator
        self.seed = seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Which epoch iteration gives from now on."""
        self.epoch = epoch

    def batches(
        self, epoch: int, start_batch: int = 0, generator: torch.Generator | None = None
    ) -> Iterator[list[int]]:
        """The batches of `epoch` from `start_batch` on.

        Where several datasets draw from one `generator` in turn, it is given; else it is made of
        seed and epoch.
        """
        raise NotImplementedError(f"{type(self).__name__} defines neither batches nor __iter__.")

    def __len__(self) -> int:
        """How many batches every epoch has."""
        raise NotImplementedError(f"{type(self).__name__} doesn't define __len__.")

    def __iter__(self) -> Iterator[list[int]]:
        return self.batches(self.epoch)

    @cached_property
    def order_sha256(self) -> str:
        """A fingerprint of the first epoch: other data or another batch size changes it."""
        digest = hashlib.sha256()
        for batch in batches_of(self, 0):
            digest.update(np.asarray([len(batch), *batch], dtype="<i8").tobytes())
        return digest.hexdigest()


def is_pure(sampler: Any) -> bool:
    """Whether its batches are a function of seed and epoch; one that iterates itself may not be."""
    return isinstance(sampler, EpochSampler) and type(sampler).__iter__ is EpochSampler.__iter__


def batches_of(
    sampler: Any, epoch: int, start_batch: int = 0, generator: torch.Generator | None = None
) -> Iterator[list[int]]:
    """The batches of any sampler, ours or a person's own.

    One that defines `__iter__` itself gets its generator seeded anew, so that a resumed run sees
    what an uninterrupted one sees; what comes before `start_batch` is drawn and dropped.
    """
    if is_pure(sampler):
        pure: Iterator[list[int]] = sampler.batches(epoch, start_batch, generator)
        return pure
    if hasattr(sampler, "set_epoch"):
        sampler.set_epoch(epoch)
    own = getattr(sampler, "generator", None)
    if isinstance(own, torch.Generator):
        own.manual_seed(getattr(sampler, "seed", 0) + epoch)
    return islice(iter(sampler), start_batch, None)


def seeded(seed: int, epoch: int) -> torch.Generator:
    """The random numbers of that seed and epoch."""
    return torch.Generator().manual_seed(seed + epoch)


def permutation(rows: int, generator: torch.Generator) -> list[int]:
    """The numbers below `rows` in random order."""
    order: list[int] = torch.randperm(rows, generator=generator).tolist()
    return order
