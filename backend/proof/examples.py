"""The items on which two models differ most: what got better, and what got worse. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.catalog.rows import Statistic
from backend.proof.kept import Kept

Items = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Example:
    """One item, what each model made of it, and by how much the tuned one did better: `gain` is in
    the metric's own measure, or in places of 1 where only the order counts."""

    text: str
    wanted: str
    found_base: list[str]
    found_tuned: list[str]
    before: float
    after: float
    gain: float


def better_and_worse(
    kept: Kept, statistic: Statistic, most: int
) -> tuple[list[Example], list[Example]]:
    """The `most` items that gained most, and those that lost most, the strongest first."""
    gains = GAINS[statistic](kept.base, kept.tuned)
    order = np.argsort(-gains, kind="stable")
    better = [_example(kept, place, gains) for place in order[:most] if gains[place] > 0]
    worse = [_example(kept, place, gains) for place in order[::-1][:most] if gains[place] < 0]
    return better, worse


def _example(kept: Kept, place: int, gains: Items) -> Example:
    base, tuned = (np.atleast_1d(items[place]) for items in (kept.base, kept.tuned))
    return Example(
        text=kept.texts[place],
        wanted=kept.wanted[place],
        found_base=kept.found_base[place],
        found_tuned=kept.found_tuned[place],
        before=float(base[0]),
        after=float(tuned[0]),
        gain=float(gains[place]),
    )


def _mean(base: Items, tuned: Items) -> Items:
    return tuned - base


def _spearman(base: Items, tuned: Items) -> Items:
    """By how much nearer the item's place in the order is to its true place."""
    true = _places(base[:, 1])
    return np.abs(_places(base[:, 0]) - true) - np.abs(_places(tuned[:, 0]) - true)


def _average_precision(base: Items, tuned: Items) -> Items:
    """By how much an alike pair has risen in the order, or an unlike one fallen."""
    sign = np.where(base[:, 1] > 0, 1.0, -1.0)
    gained: Items = sign * (_places(tuned[:, 0]) - _places(base[:, 0]))
    return gained


def _places(values: Items) -> Items:
    """The place of each in the order, from 0 to 1; equal values share the mean of their places."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    places: Items = (last - (counts + 1) / 2)[inverse] / max(1, len(values) - 1)
    return places


GAINS: Mapping[Statistic, Callable[[Items, Items], Items]] = {
    Statistic.MEAN: _mean,
    Statistic.SPEARMAN: _spearman,
    Statistic.AVERAGE_PRECISION: _average_precision,
}
