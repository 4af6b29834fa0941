"""Which rows are looked at where one pass is not enough: drawn once, by a seed."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa


class SampleCollector:
    """Keeps the drawn rows as they come by; all of them where no more are there than are wanted."""

    def __init__(self, rows: int, wanted: int | None, seed: int) -> None:
        rng = np.random.default_rng(seed)
        is_all = wanted is None or wanted >= rows
        self.numbers: npt.NDArray[np.int64] = (
            np.arange(rows) if is_all else np.sort(rng.choice(rows, wanted, replace=False))
        )
        self._seen = 0
        self._batches: list[pa.RecordBatch] = []

    def see(self, batch: pa.RecordBatch) -> None:
        first, last = self._seen, self._seen + batch.num_rows
        low, high = np.searchsorted(self.numbers, [first, last])
        self._batches.append(batch.take(pa.array(self.numbers[low:high] - first)))
        self._seen = last

    def table(self, schema: pa.Schema) -> pa.Table:
        """The drawn rows; the i-th is number `numbers[i]` of the version."""
        return pa.Table.from_batches(self._batches, schema)
