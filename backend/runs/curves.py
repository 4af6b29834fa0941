"""A run's figures by step, as a chart draws them. Pure: data of `metrics` events in, curves out.

The elements do the same with the events that come later (`frontend/elements/curve.js`).
"""

import math
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

    def push(self, step: int, value: float) -> None:
        """A point replaces all at or after its step: an attempt that goes on from a checkpoint
        draws over what the lost one had drawn beyond it."""
        while self.steps and self.steps[-1] >= step:
            self.steps.pop()
            self.values.pop()
        self.steps.append(step)
        self.values.append(value)


def curve(metrics: Iterable[dict[str, Any]], key: str, base_key: str | None = None) -> Curve:
    """The curve of figure `key`; before the first step it stands where the base model does."""
    found = Curve(key)
    for figures in metrics:
        base = _number(figures.get(base_key)) if base_key else None
        found.base = base if found.base is None else found.base
        value = _number(figures.get(key))
        value = base if value is None else value
        if value is not None and isinstance(figures.get("step"), int):
            found.push(figures["step"], value)
    return found


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


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) else None
