"""What an evaluator found: the metrics, and for each judged item what the main one is made of."""

from dataclasses import dataclass

import numpy as np

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
