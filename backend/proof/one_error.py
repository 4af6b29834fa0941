"""Choosing among candidates by figures that are not exact: the plainest of those that are as good.
Pure.

The best by its figure may be so by chance, so all that lie within one standard error of it count as
good, and of these the one is taken that is liked most for another reason.
Source: L. Breiman et al. 1984, Classification and Regression Trees, section 3.4.3.
"""

from collections.abc import Sequence

from backend.catalog.rows import Statistic
from backend.catalog.statistics import metric_of
from backend.proof.bootstrap import Items, compare


def plainest(statistic: Statistic, candidates: Sequence[Items]) -> int:
    """The first of `candidates`, which come the most liked first, that is within one standard error
    of the best; each is the items of the same questions."""
    figures = [metric_of(statistic, items) for items in candidates]
    best = max(range(len(candidates)), key=figures.__getitem__)
    for place, items in enumerate(candidates[:best]):
        if figures[best] - figures[place] <= compare(statistic, items, candidates[best]).error:
            return place
    return best
