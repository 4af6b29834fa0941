"""How the figures of single items become a metric. The oracle of each is SciPy or scikit-learn.

Each is written once, for samples that are drawn from the items with replacement and told by how
often each item was drawn: counts, B×N for B samples of N items. The items themselves are the sample
that has each of them once.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from backend.catalog.rows import Statistic

Items = NDArray[np.float64]
Counts = NDArray[np.float64]
"""Whole numbers, as floats: they are multiplied with floats, again and again."""


def mean(values_N: Items, counts_BN: Counts) -> Items:
    found: Items = counts_BN @ values_N / counts_BN.sum(axis=1)
    return found


def spearman(pairs_N2: Items, counts_BN: Counts) -> Items:
    """Rank correlation of predicted and true scores, ties ranked by their mean; 0 if one is flat."""
    (predicted_BN, spread_B), (true_BN, true_spread_B) = (
        _centred_ranks(column, counts_BN) for column in pairs_N2.T
    )
    norms_B = np.sqrt(spread_B * true_spread_B)
    shared_B = np.einsum("bn,bn,bn->b", counts_BN, predicted_BN, true_BN)
    found: Items = np.divide(shared_B, norms_B, out=np.zeros_like(norms_B), where=norms_B > 0)
    return found


def average_precision(pairs_N2: Items, counts_BN: Counts) -> Items:
    """Area under precision over recall of (score, label 0/1); equal scores count as one step."""
    scores, labels = pairs_N2.T
    order, starts = _steps(-scores)
    drawn_BN = counts_BN[:, order]
    found_BS = np.cumsum(np.add.reduceat(drawn_BN, starts, axis=1), axis=1)
    hits_BS = np.cumsum(np.add.reduceat(drawn_BN * labels[order], starts, axis=1), axis=1)
    precision_BS = hits_BS / np.maximum(found_BS, 1)
    gained_BS = np.diff(hits_BS, axis=1, prepend=0.0)
    area_B: Items = (precision_BS * gained_BS).sum(axis=1) / np.maximum(hits_BS[:, -1], 1)
    return area_B


def _centred_ranks(values_N: Items, counts_BN: Counts) -> tuple[Items, Items]:
    """The rank of each item among those drawn, less the mean of all that were; and the sum of the
    squares of those that were."""
    order, starts = _steps(values_N)
    drawn_BN = counts_BN[:, order]
    has_ties = len(starts) < len(order)
    tied_BS = np.add.reduceat(drawn_BN, starts, axis=1) if has_ties else drawn_BN
    ranks_BS = np.cumsum(tied_BS, axis=1, dtype=np.float64)
    ranks_BS -= (tied_BS - 1) / 2
    ranks_BS -= (counts_BN.sum(axis=1, keepdims=True) + 1) / 2
    spread_B: Items = np.einsum("bs,bs,bs->b", tied_BS, ranks_BS, ranks_BS)
    step_of_item = np.empty(len(values_N), dtype=np.int64)
    lengths = np.diff(starts, append=len(values_N))
    step_of_item[order] = np.repeat(np.arange(len(starts)), lengths)
    return ranks_BS[:, step_of_item], spread_B


def _steps(values_N: Items) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The order of the values, and where in it each run of equal ones starts."""
    order = np.argsort(values_N, kind="stable")
    starts = np.flatnonzero(np.diff(values_N[order], prepend=np.nan) != 0)
    return order, starts


STATISTICS: Mapping[Statistic, Callable[[Items, Counts], Items]] = {
    Statistic.MEAN: mean,
    Statistic.SPEARMAN: spearman,
    Statistic.AVERAGE_PRECISION: average_precision,
}


def metric_of(statistic: Statistic, items: Items) -> float:
    """The metric of these items: N, or N×2."""
    once_1N = np.ones((1, len(items)))
    return float(STATISTICS[statistic](np.asarray(items, dtype=np.float64), once_1N)[0])
