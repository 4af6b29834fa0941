"""How long texts are: counted length by length, so that quantiles are exact and memory is flat."""

from collections import Counter

import numpy as np
import numpy.typing as npt

from backend.datasets.profile import Histogram, Lengths

_EDGES = (0, 1, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 65_536)


class LengthCounts:
    """Sees lengths, many at a time."""

    def __init__(self) -> None:
        self._rows_of: Counter[int] = Counter()

    def see(self, lengths: npt.NDArray[np.int64]) -> None:
        values, counts = np.unique(lengths, return_counts=True)
        for value, count in zip(values.tolist(), counts.tolist(), strict=True):
            self._rows_of[value] += count

    def lengths(self) -> Lengths | None:
        """What was seen; None if nothing was."""
        if not self._rows_of:
            return None
        values = np.array(sorted(self._rows_of), dtype=np.int64)
        counts = np.array([self._rows_of[int(value)] for value in values], dtype=np.int64)
        upto = np.cumsum(counts)
        return Lengths(
            minimum=int(values[0]),
            median=_quantile(values, upto, 0.5),
            mean=round(float(values @ counts) / int(upto[-1]), 2),
            p90=_quantile(values, upto, 0.9),
            p99=_quantile(values, upto, 0.99),
            maximum=int(values[-1]),
            histogram=_histogram(values, counts),
        )


def _quantile(values: npt.NDArray[np.int64], upto: npt.NDArray[np.int64], share: float) -> int:
    """The least length that so large a share of the texts does not exceed."""
    place = np.searchsorted(upto, np.ceil(share * upto[-1]))
    return int(values[place])


def _histogram(values: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> Histogram:
    longest = int(values[-1])
    edges = [edge for edge in _EDGES if edge <= longest]
    edges.append(next((edge for edge in _EDGES if edge > longest), longest + 1))
    bins, _ = np.histogram(values, bins=edges, weights=counts)
    return Histogram(edges=edges, counts=[int(count) for count in bins])
