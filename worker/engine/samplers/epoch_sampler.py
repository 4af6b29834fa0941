"""What all samplers share: the batches of an epoch are a pure function of (seed, epoch)."""

import hashlib
from abc import abstractmethod
from collections.abc import Iterator

import numpy as np
import torch
from torch.utils.data import BatchSampler


class EpochSampler(BatchSampler):
    """Batches of row numbers, the same for the same seed and epoch on every machine.

    So a run that resumes at batch k of epoch e needs no state of the sampler: it takes
    `batches(e, start_batch=k)`. Every epoch has `len(self)` batches.
    """

    def __init__(self, batch_size: int, drop_last: bool, seed: int) -> None:
        self.batch_size = batch_size
        self.drop_last = drop_last
        self.seed = seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Which epoch iteration gives from now on."""
        self.epoch = epoch

    @abstractmethod
    def batches(self, epoch: int, start_batch: int = 0) -> Iterator[list[int]]:
        """The batches of `epoch` from `start_batch` on."""

    @abstractmethod
    def __len__(self) -> int:
        """How many batches every epoch has."""

    def __iter__(self) -> Iterator[list[int]]:
        return self.batches(self.epoch)

    def order_sha256(self, epoch: int) -> str:
        """A fingerprint of the order of `epoch`: other data or another batch size changes it."""
        digest = hashlib.sha256()
        for batch in self.batches(epoch):
            digest.update(np.asarray([len(batch), *batch], dtype="<i8").tobytes())
        return digest.hexdigest()


def permutation(rows: int, seed: int, epoch: int) -> list[int]:
    """The numbers below `rows` in the random order of that seed and epoch."""
    generator = torch.Generator().manual_seed(seed + epoch)
    order: list[int] = torch.randperm(rows, generator=generator).tolist()
    return order
