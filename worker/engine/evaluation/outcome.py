"""What an evaluator found: the metrics, and for each judged item what the main one is made of."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import spearmanr

from backend.catalog.rows import Statistic


@dataclass(frozen=True)
class Outcome:
    """Metrics by name, and the items by which two models can be compared one by one.

    `items` are what `metrics[primary_metric]` is computed from by `statistic`: shape (N,) for a
    mean; (N, 2) of predicted score and truth for spearman and average precision. `item_keys` name
    them, in order and once each, so that the items of two models can be put side by side.
    """

    metrics: dict[str, float]
    primary_metric: str
    items: np.ndarray
    statistic: Statistic
    item_keys: list[str]

    @property
    def primary(self) -> float:
        return self.metrics[self.primary_metric]


def _mean(items: np.ndarray) -> float:
    return float(np.mean(items))


def _spearman(items: np.ndarray) -> float:
    return float(spearmanr(items[:, 0], items[:, 1]).statistic)


def _average_precision(items: np.ndarray) -> float:
    return average_precision(items[:, 0], items[:, 1])


def average_precision(scores: np.ndarray, labels: np.ndarray) -> float:
    """Σ (recall_n − recall_{n−1}) · precision_n over the distinct scores, highest first.

    Scores N, labels N of 0 and 1 → 0…1; 0 where nothing is positive.
    Source: scikit-learn user guide, section 3.4.4 (without interpolation).
    """
    order = np.argsort(-scores, kind="stable")
    positives = labels[order].astype(np.float64)
    total = positives.sum()
    if not total:
        return 0.0
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    found = np.cumsum(positives)[ends]
    recall_gains = np.diff(found / total, prepend=0.0)
    return float(np.sum(recall_gains * found / (ends + 1)))


STATISTICS: dict[Statistic, Callable[[np.ndarray], float]] = {
    Statistic.MEAN: _mean,
    Statistic.SPEARMAN: _spearman,
    Statistic.AVERAGE_PRECISION: _average_precision,
}
"""How items give the metric."""
