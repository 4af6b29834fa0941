"""How the figures of single items become a metric. The oracle of each is SciPy or scikit-learn."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from backend.catalog.rows import Statistic

Items = NDArray[np.float64]


def mean(values_N: Items) -> float:
    return float(np.mean(values_N))


def spearman(pairs_N2: Items) -> float:
    """Rank correlation of predicted and true scores, ties ranked by their mean; 0 if one is flat."""
    predicted, true = (_ranks(column) for column in np.asarray(pairs_N2).T)
    predicted, true = predicted - predicted.mean(), true - true.mean()
    norm = np.sqrt((predicted @ predicted) * (true @ true))
    return float(predicted @ true / norm) if norm > 0 else 0.0


def average_precision(pairs_N2: Items) -> float:
    """Area under precision over recall of (score, label 0/1); equal scores count as one step."""
    scores, labels = np.asarray(pairs_N2).T
    order = np.argsort(-scores, kind="stable")
    scores, labels = scores[order], labels[order]
    hits = np.cumsum(labels)
    if len(hits) == 0 or hits[-1] == 0:
        return 0.0
    steps = np.flatnonzero(np.append(np.diff(scores) != 0, True))
    precision = hits[steps] / (steps + 1)
    gained = np.diff(hits[steps] / hits[-1], prepend=0.0)
    return float(precision @ gained)


def _ranks(values: Items) -> Items:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Items = (last - (counts - 1) / 2)[inverse]
    return ranks


STATISTICS: Mapping[Statistic, Callable[[Items], float]] = {
    Statistic.MEAN: mean,
    Statistic.SPEARMAN: spearman,
    Statistic.AVERAGE_PRECISION: average_precision,
}
