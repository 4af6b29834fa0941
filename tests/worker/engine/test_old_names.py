"""A parameter's name of before still works, and says what it is called now."""

import inspect
import warnings

import pytest

from worker.engine.old_names import once_called


@once_called(width="dimension")
def made(dimension: int, bias: bool = True) -> tuple[int, bool]:
    """What it makes."""
    return dimension, bias


def test_the_name_of_before_is_taken_for_the_name_of_now():
    with pytest.warns(FutureWarning, match="width is now called dimension"):
        assert made(width=3, bias=False) == (3, False)


def test_the_name_of_now_counts_where_both_are_given():
    with pytest.warns(FutureWarning, match="dimension"):
        assert made(width=3, dimension=4) == (4, True)


def test_the_name_of_now_says_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert made(5) == made(dimension=5) == (5, True)


def test_a_reader_sees_the_names_of_now():
    assert list(inspect.signature(made).parameters) == ["dimension", "bias"]
