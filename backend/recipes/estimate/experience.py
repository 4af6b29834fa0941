"""What earlier runs of a machine took beside what was reckoned for them.

What the physics leaves out, they have seen: other programs on the machine, a slow disk, texts that
equal each other. A run that was like this one counts more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.recipes.estimate.reckoned import Reckoned
from backend.recipes.estimate.spent import Spent

ALIKE_WEIGHT = 4.0
"""Of a run of the same base model, and once more of one with the same data."""

FURTHEST = 3.0
"""A ratio beyond this says more about that run's day than about the machine."""


@dataclass(frozen=True, kw_only=True)
class Past:
    """A run that has ended here: what was reckoned, what it took, and how like this one it was."""

    reckoned: Reckoned
    spent: Spent
    is_same_model: bool
    is_same_data: bool

    @property
    def weight(self) -> float:
        same = int(self.is_same_model) + int(self.is_same_model and self.is_same_data)
        return ALIKE_WEIGHT**same


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """So many times what was reckoned, in the middle; most lie within `spread` times of that."""

    middle: float
    spread: float


def training(past: Sequence[Past]) -> Ratio | None:
    """Of the seconds of a step."""
    return _ratio(
        past,
        [
            (each.spent.training_seconds / each.spent.steps)
            / (each.reckoned.training_seconds / each.reckoned.steps)
            for each in past
        ],
    )


def evaluation(past: Sequence[Past]) -> Ratio | None:
    measured = [e for e in past if e.reckoned.evaluation_seconds and e.spent.evaluation_seconds]
    return _ratio(
        measured,
        [e.spent.evaluation_seconds / e.reckoned.evaluation_seconds for e in measured],
    )


def around(past: Sequence[Past]) -> Ratio | None:
    """Of begin and end."""
    return _ratio(
        past,
        [
            max(
                each.spent.seconds - each.spent.training_seconds - each.spent.evaluation_seconds,
                0.1,
            )
            / each.reckoned.around_seconds
            for each in past
        ],
    )


def memory(past: Sequence[Past]) -> Ratio | None:
    return _ratio(past, [e.spent.memory_bytes / e.reckoned.memory_bytes for e in past])


def _ratio(past: Sequence[Past], ratios: Sequence[float]) -> Ratio | None:
    """The weighted median, and how far from it half of the weight lies."""
    if not past:
        return None
    seen = [
        (min(max(ratio, 1 / FURTHEST), FURTHEST), each.weight)
        for ratio, each in zip(ratios, past, strict=True)
    ]
    middle = _median(seen)
    beside = [(max(ratio / middle, middle / ratio), weight) for ratio, weight in seen]
    return Ratio(middle=middle, spread=_median(beside))


def _median(seen: Sequence[tuple[float, float]]) -> float:
    half, so_far = sum(weight for _, weight in seen) / 2, 0.0
    for value, weight in sorted(seen):
        so_far += weight
        if so_far >= half:
            return value
    return 1.0
