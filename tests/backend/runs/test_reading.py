"""What is said of curves, of such that show one thing plainly."""

import math

import pytest

from backend.runs.curves import Curve
from backend.runs.reading import Said, Sign, reading

STEPS = list(range(0, 101, 10))


def metric(*values: float, base: float | None = 0.5) -> Curve:
    steps = [round(100 * place / (len(values) - 1)) for place in range(len(values))]
    return Curve("choose/ndcg", steps=steps, values=list(values), base=base)


def loss(of_step) -> Curve:
    return Curve("loss", steps=list(range(1, 101)), values=[of_step(s) for s in range(1, 101)])


FALLS = loss(lambda step: math.exp(-step / 50))


@pytest.mark.parametrize(
    ("curve", "said"),
    [
        (metric(0.5, 0.52, 0.55, 0.58, 0.61, 0.64), [Said(sign=Sign.PASSED_BASE, step=20),
                                                   Said(sign=Sign.LEARNING)]),
        (metric(0.5, 0.6, 0.645, 0.65, 0.649, 0.65), [Said(sign=Sign.PASSED_BASE, step=20),
                                                     Said(sign=Sign.LEVEL, step=40)]),
        (metric(0.5, 0.6, 0.66, 0.62, 0.58, 0.55), [Said(sign=Sign.PASSED_BASE, step=20),
                                                   Said(sign=Sign.FALLING, step=40)]),
        (metric(0.5, 0.45, 0.4, 0.35, 0.3, 0.2), [Said(sign=Sign.BELOW_BASE),
                                                 Said(sign=Sign.FALLING, step=0)]),
        (metric(0.3, 0.4, 0.5, 0.6, base=None), [Said(sign=Sign.LEARNING)]),
        (metric(0.5, 0.6), []),
    ],
)  # fmt: skip
def test_a_metric_is_read(curve, said) -> None:
    assert reading(FALLS, curve, 100) == said


@pytest.mark.parametrize(
    ("curve", "said"),
    [
        (FALLS, []),
        (loss(lambda step: 1 + step / 50), [Said(sign=Sign.LOSS_RISES)]),
        (loss(lambda step: math.exp(-step / 5)), [Said(sign=Sign.LOSS_IS_NOTHING)]),
        (Curve("loss", steps=[1, 2], values=[1.0, 9.0]), []),
    ],
)
def test_a_loss_is_read(curve, said) -> None:
    assert reading(curve, None, 100) == said


@pytest.mark.parametrize("scale", [0.01, 1, 100])
def test_what_is_said_does_not_depend_on_the_scale(scale) -> None:
    values = (0.5, 0.6, 0.66, 0.62, 0.58, 0.55)
    scaled = metric(*(scale * value for value in values), base=scale * 0.5)
    assert reading(FALLS, scaled, 100) == reading(FALLS, metric(*values), 100)
