"""A run's figures by step, as a chart draws them. Pure: data of `metrics` events in, curves out.

The elements do the same with the events that come later (`frontend/elements/curve.js`).
"""

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

MOST_POINTS = 1_500
"""A screen has no more columns; beyond, each bucket shows its lowest and its highest point."""


@dataclass
class Curve:
    """One figure by step. `base` is the base model's, where it was measured."""

    key: str
    steps: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    base: float | None = None

    def at(self, step: int) -> float | None:
        """The value at a step, or the newest before it; None before the first."""
        place = bisect_right(self.steps, step)
        return self.values[place - 1] if place else None

    def push(self, step: int, value: float) -> None:
        """A point replaces all at or after its step: an attempt that goes on from a checkpoint
        draws over what the lost one had drawn beyond it."""
        while self.steps and self.steps[-1] >= step:
            self.steps.pop()
            self.values.pop()
        self.steps.append(step)
        self.values.append(value)


def curve(metrics: Iterable[dict[str, Any]], key: str) -> Curve:
    """The curve of figure `key`."""
    found = Curve(key)
    for figures in metrics:
        value = number(figures.get(key))
        if value is not None and isinstance(figures.get("step"), int):
            found.push(figures["step"], value)
    return found


def from_base(tuned: Curve, base: Curve | None) -> Curve:
    """`tuned`, which begins where the base model stands, where that was measured."""
    if base is None or not base.steps:
        return tuned
    begins = not tuned.steps or base.steps[0] < tuned.steps[0]
    return Curve(
        tuned.key,
        steps=[*base.steps[:begins], *tuned.steps],
        values=[*base.values[:begins], *tuned.values],
        base=base.values[0],
    )


def thinned(whole: Curve, most: int = MOST_POINTS) -> Curve:
    """`whole` in at most about `most` points, with its lowest and highest kept everywhere."""
    total = len(whole.steps)
    if total <= most:
        return whole
    kept = {0, total - 1}
    size = math.ceil(total / (most // 2))
    for start in range(0, total, size):
        bucket = range(start, min(start + size, total))
        kept.add(min(bucket, key=whole.values.__getitem__))
        kept.add(max(bucket, key=whole.values.__getitem__))
    places = sorted(kept)
    return Curve(
        key=whole.key,
        steps=[whole.steps[i] for i in places],
        values=[whole.values[i] for i in places],
        base=whole.base,
    )


def number(value: Any) -> float | None:
    """A figure that can be drawn; None for what is none."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) else None
