"""Curves are true to the events that they were drawn from."""

import math

from hypothesis import given
from hypothesis import strategies as st

from backend.runs.curves import Curve, curve, from_base, thinned

values = st.floats(-1e6, 1e6)


@given(st.lists(values, min_size=1, max_size=400), st.integers(10, 60))
def test_a_thinned_curve_keeps_ends_extremes_and_order(drawn: list[float], most: int) -> None:
    whole = Curve("loss", steps=list(range(len(drawn))), values=drawn)
    thin = thinned(whole, most)
    assert len(thin.steps) <= max(most + 2, 2)
    assert set(zip(thin.steps, thin.values, strict=True)) <= set(enumerate(drawn))
    assert (thin.steps[0], thin.steps[-1]) == (0, len(drawn) - 1)
    assert (min(thin.values), max(thin.values)) == (min(drawn), max(drawn))
    assert thin.steps == sorted(thin.steps)


@given(st.lists(st.tuples(st.integers(0, 50), values)))
def test_steps_only_rise_whatever_attempts_told(told: list[tuple[int, float]]) -> None:
    found = curve([{"step": step, "loss": value} for step, value in told], "loss")
    assert found.steps == sorted(set(found.steps))
    assert found.values[-1:] == [value for _, value in told[-1:]]


def test_a_later_attempt_draws_over_what_the_lost_one_drew() -> None:
    told = [{"step": n, "loss": float(n)} for n in (1, 2, 3, 4)] + [{"step": 3, "loss": 9.0}]
    found = curve(told, "loss")
    assert (found.steps, found.values) == ([1, 2, 3], [1.0, 2.0, 9.0])


def test_the_tuned_model_begins_where_the_base_model_is() -> None:
    told = [{"step": 0, "base/m": 0.4}, {"step": 5, "loss": 1.0}, {"step": 10, "choose/m": 0.5}]
    found = from_base(curve(told, "choose/m"), curve(told, "base/m"))
    assert (found.steps, found.values, found.base) == ([0, 10], [0.4, 0.5], 0.4)


def test_what_is_no_number_is_not_drawn() -> None:
    told = [{"step": n, "loss": odd} for n, odd in enumerate([math.nan, math.inf, None, "x", True])]
    assert curve(told, "loss").steps == []
