"""The whisker: what it shows is where the figures are."""

from hypothesis import given
from hypothesis import strategies as st

from likewise.cli.whisker import BAND, DOT, WIDTH, ZERO, whisker

figures = st.floats(-1, 1).map(lambda x: round(x, 4))
verdicts = st.tuples(figures, figures, figures).map(sorted)
ends = st.floats(0.2, 1)  # nearer to zero than half a column, band and cross touch
MIDDLE = WIDTH // 2


def test_an_interval_above_zero_lies_right_of_the_cross() -> None:
    drawn = whisker(0.029, (0.014, 0.044))
    assert drawn == "            ┼   ────●────"


def test_an_interval_around_zero_goes_through_the_cross() -> None:
    assert whisker(0.02, (-0.01, 0.05), width=11) == "    ─┼─●───"


def test_no_difference_at_all_is_a_dot_in_the_middle() -> None:
    assert whisker(0.0, (0.0, 0.0), width=5) == "  ●  "


@given(verdicts)
def test_it_has_one_dot_and_its_width_whatever_the_figures(verdict: list[float]) -> None:
    low, difference, high = verdict
    drawn = whisker(difference, (low, high))
    assert len(drawn) == WIDTH
    assert drawn.count(DOT) == 1


@given(verdicts)
def test_it_is_mirrored_when_the_signs_are(verdict: list[float]) -> None:
    low, difference, high = verdict
    mirrored = whisker(-difference, (-high, -low))
    assert mirrored == whisker(difference, (low, high))[::-1]


@given(ends, ends)
def test_the_band_goes_through_the_cross_if_zero_is_in_the_interval(
    low: float, high: float
) -> None:
    drawn = whisker(high, (-low, high))
    assert drawn[MIDDLE] == ZERO
    assert {drawn[MIDDLE - 1], drawn[MIDDLE + 1]} <= {BAND, DOT}


@given(ends, ends)
def test_the_band_leaves_the_cross_alone_if_zero_is_outside(one: float, other: float) -> None:
    drawn = whisker(max(one, other), (min(one, other), max(one, other)))
    assert drawn[: MIDDLE + 1] == " " * MIDDLE + ZERO
