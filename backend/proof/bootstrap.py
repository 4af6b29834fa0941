"""The paired bootstrap: how far the difference of two models may be from what was seen. Pure.

Both models answered the same items (questions, pairs, triplets). Items are drawn again with
replacement, the same draw for both, and the metric's difference is taken each time. Plain
percentiles of these are too narrow for few items, by what the t distribution and n − 1 account for;
so the tails are taken a little further out ("expanded percentiles").
Sources: B. Efron, R. Tibshirani 1993, An Introduction to the Bootstrap, chapter 13; P. Koehn 2004,
aclanthology.org/W04-3250; T. Hesterberg 2015, doi 10.1080/00031305.2015.1089789, section 4.3.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from backend.catalog.rows import Statistic
from backend.catalog.statistics import STATISTICS, metric_of

Items = NDArray[np.float64]

DRAWS = 5_000
SEED = 20_041
AT_ONCE = 2**20
"""Counts of one piece: a draw of a million items, or a thousand of a thousand; 8 MiB."""

_NORMAL = NormalDist()


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Tuned less base on the same items, and what it was in the draws, ascending."""

    before: float
    after: float
    count: int
    drawn: Items

    @property
    def value(self) -> float:
        return self.after - self.before

    @property
    def error(self) -> float:
        """The standard error of the difference, as a larger sample would show it too."""
        return float(np.std(self.drawn)) * math.sqrt(self.count / (self.count - 1))

    def interval(self, alpha: float = 0.05) -> tuple[float, float]:
        """Where the true difference lies, but for a share `alpha` of such cases."""
        tail = _expanded(alpha / 2, self.count)
        low, high = np.quantile(self.drawn, (tail, 1 - tail))
        return float(low), float(high)

    @property
    def p_value(self) -> float:
        """The least `alpha` whose interval leaves out zero; two-sided."""
        below = float(np.mean(self.drawn <= 0))
        above = float(np.mean(self.drawn >= 0))
        tail = max(min(below, above), 1 / (len(self.drawn) + 1))
        if tail >= 0.5:
            return 1.0
        low, high = 0.0, 0.5
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if _expanded(middle, self.count) < tail else (low, middle)
        return 2 * high


def compare(statistic: Statistic, before: Items, after: Items) -> Difference:
    """The difference of the metric that `statistic` makes of the items: N or N×k, the same items
    in the same order.

    Raises ValueError if they are not the same number, or fewer than two.
    """
    count = len(before)
    if count != len(after) or count < 2:
        raise ValueError(f"a paired comparison needs pairs; got {count} and {len(after)}")
    before, after = (np.asarray(items, dtype=np.float64) for items in (before, after))
    return Difference(
        before=metric_of(statistic, before),
        after=metric_of(statistic, after),
        count=count,
        drawn=np.sort(_drawn(statistic, before, after)),
    )


def _drawn(statistic: Statistic, before: Items, after: Items) -> Items:
    metric, count = STATISTICS[statistic], len(before)
    at_once = max(1, AT_ONCE // count)
    found = []
    for start in range(0, DRAWS, at_once):
        counts_BN = _counts(count, start, min(at_once, DRAWS - start))
        found.append(metric(after, counts_BN) - metric(before, counts_BN))
    return np.concatenate(found)


@lru_cache(maxsize=8)
def _counts(count: int, start: int, draws: int) -> Items:
    """How often each of `count` items is drawn, draw by draw: always the same, so that a verdict is."""
    random = np.random.default_rng((SEED, start))
    places = random.integers(0, count, (draws, count)) + count * np.arange(draws)[:, None]
    found = np.bincount(places.ravel(), minlength=draws * count)
    return found.reshape(draws, count).astype(np.float64)


def _expanded(tail: float, count: int) -> float:
    """The share of draws to leave out on one side, so that `tail` of the truth is left out."""
    if tail <= 0:
        return 0.0
    return _NORMAL.cdf(-math.sqrt(count / (count - 1)) * _t_quantile(1 - tail, count - 1))


def _t_quantile(p: float, freedom: int) -> float:
    """Of Student's distribution, by the normal one's. Source: Abramowitz and Stegun 1964, 26.7.5."""
    x, n = _NORMAL.inv_cdf(p), freedom
    x3, x5, x7 = x**3, x**5, x**7
    return (
        x
        + (x3 + x) / (4 * n)
        + (5 * x5 + 16 * x3 + 3 * x) / (96 * n**2)
        + (3 * x7 + 19 * x5 + 17 * x3 - 15 * x) / (384 * n**3)
    )
