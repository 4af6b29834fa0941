"""Rows in random order, cut into batches."""

from collections.abc import Iterator, Sized

from worker.engine.samplers.epoch_sampler import EpochSampler, permutation


class DefaultBatchSampler(EpochSampler):
    """Every row once an epoch; the last batch is shorter, or left out with `drop_last`."""

    def __init__(
        self, dataset: Sized, batch_size: int, drop_last: bool = False, seed: int = 0
    ) -> None:
        super().__init__(batch_size, drop_last, seed)
        self.rows = len(dataset)

    def batches(self, epoch: int, start_batch: int = 0) -> Iterator[list[int]]:
        order = permutation(self.rows, self.seed, epoch)
        for batch in range(start_batch, len(self)):
            yield order[batch * self.batch_size : (batch + 1) * self.batch_size]

    def __len__(self) -> int:
        full, rest = divmod(self.rows, self.batch_size)
        return full + (1 if rest and not self.drop_last else 0)
