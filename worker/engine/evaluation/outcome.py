"""What an evaluator found: the metrics, and for each judged item what the main one is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from backend.catalog.rows import Statistic


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Metrics by name, which of them speaks for all, and a line of the CSV file by its headings."""

    metrics: dict[str, float]
    primary_metric: str
    line: Mapping[str, float] = field(default_factory=dict)

    @property
    def primary(self) -> float:
        return self.metrics[self.primary_metric]


@dataclass(frozen=True, kw_only=True)
class Outcome(Judgement):
    """A judgement with the items by which two models can be compared one by one.

    `items` are what `metrics[primary_metric]` is computed from by `statistic`: shape (N,) for a
    mean; (N, 2) of predicted score and truth for spearman and average precision. `item_keys` name
    them, in order and once each, so that the items of two models can be put side by side.
    `found_keys` are, for each item, the keys of what was found first, best first, by an evaluator
    that looks for something; else there are none.
    """

    items: np.ndarray
    statistic: Statistic
    item_keys: list[str]
    found_keys: list[list[str]] = field(default_factory=list)


def equal_shares(groups: Sequence[np.ndarray]) -> np.ndarray:
    """The items of all groups, weighted so that their mean is the mean of the groups' means."""
    count = sum(map(len, groups))
    return np.concatenate([items * count / (len(items) * len(groups)) for items in groups])
