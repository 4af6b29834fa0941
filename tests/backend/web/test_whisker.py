"""The figure is true to its numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.web.whisker import span, whisker

figures = st.floats(-1, 1).map(lambda value: round(value, 4))


@given(st.tuples(figures, figures, figures))
def test_everything_stands_on_the_line_and_in_order(three: tuple[float, float, float]) -> None:
    low, difference, high = sorted(three)
    drawn = whisker(difference, (low, high))
    assert 0 <= drawn.low <= drawn.dot <= drawn.high <= 100
    assert 0 <= drawn.zero <= 100
    assert (drawn.zero < drawn.low) <= (low > 0)
    assert (drawn.zero > drawn.high) <= (high < 0)


def test_figures_of_one_list_share_one_scale() -> None:
    shared = span([(0.03, 0.08), (-0.04, 0.0)])
    one, other = whisker(0.05, (0.03, 0.08), shared), whisker(-0.02, (-0.04, 0.0), shared)
    assert one.zero == other.zero == other.high
    assert one.width / other.width == pytest.approx(0.05 / 0.04, rel=1e-3)


def test_an_interval_of_no_length_at_zero_is_drawn_in_the_middle() -> None:
    drawn = whisker(0.0, (0.0, 0.0))
    assert (drawn.zero, drawn.dot, drawn.width) == (50, 50, 0)
