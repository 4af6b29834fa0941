"""What a run's curves say, as signs to be put into plain words. Pure: curves in, signs out.

A figure that is measured on a few hundred rows moves by itself; only a change of more than `SLACK`
of the way that the curve has come counts.
"""

from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from backend.runs.curves import Curve

SLACK = 0.1
FEWEST_MEASURES = 3
FEWEST_LOSSES = 20
NEARLY_NOTHING = 1e-3
EARLY = 0.6
"""Better no more from this share of the steps on: fewer would have done."""


class Sign(StrEnum):
    """What can be said of curves."""

    PASSED_BASE = "passed the base model"
    BELOW_BASE = "is below the base model"
    LEARNING = "is still learning"
    LEVEL = "has levelled off"
    FALLING = "has fallen since its best"
    LOSS_RISES = "the loss rises"
    LOSS_IS_NOTHING = "the loss is nearly nothing"


@dataclass(frozen=True, kw_only=True)
class Said:
    """A sign, and the step that it is about, where it is about one."""

    sign: Sign
    step: int | None = None


def reading(loss: Curve, metric: Curve | None, total_steps: int | None) -> list[Said]:
    """What is to be said, the most important last. `metric` is better when higher, and begins with
    the base model where that was measured (`curves.from_base`)."""
    return [*(_of_metric(metric, total_steps) if metric else []), *_of_loss(loss)]


def _of_metric(metric: Curve, total_steps: int | None) -> list[Said]:
    values, steps = metric.values, metric.steps
    if len(values) < FEWEST_MEASURES:
        return []
    said = []
    if metric.base is not None:
        above = [step for step, value in zip(steps, values, strict=True) if value > metric.base]
        said.append(
            Said(sign=Sign.PASSED_BASE, step=above[0])
            if above and values[-1] > metric.base
            else Said(sign=Sign.BELOW_BASE)
        )
    best = max(range(len(values)), key=values.__getitem__)
    way = max(values) - min(values)
    if values[best] - values[-1] > SLACK * way:
        return [*said, Said(sign=Sign.FALLING, step=steps[best])]
    good = next(i for i, value in enumerate(values) if value >= values[best] - SLACK * way)
    is_early = steps[good] <= EARLY * (total_steps or steps[-1]) and good < len(values) - 2
    if is_early:
        return [*said, Said(sign=Sign.LEVEL, step=steps[good])]
    return [*said, Said(sign=Sign.LEARNING)]


def _of_loss(loss: Curve) -> list[Said]:
    if len(loss.values) < FEWEST_LOSSES:
        return []
    tenth = len(loss.values) // 10
    first, last = median(loss.values[: 2 * tenth]), median(loss.values[-2 * tenth :])
    if last > first * (1 + SLACK):
        return [Said(sign=Sign.LOSS_RISES)]
    if 0 <= last < NEARLY_NOTHING:
        return [Said(sign=Sign.LOSS_IS_NOTHING)]
    return []
