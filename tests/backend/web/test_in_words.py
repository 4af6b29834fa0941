"""Figures as a person reads them."""

from datetime import datetime, timedelta, timezone

import pytest

from backend.web import in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (42, "42 s"), (90, "2 min"), (3_599, "1 h"), (4_800, "1 h 20 min")],
)
def test_a_wait_is_as_exact_as_one_needs(seconds: float, words: str) -> None:
    assert in_words.duration(seconds) == words


@pytest.mark.parametrize(
    ("size_bytes", "words"), [(612, "612 B"), (2_410, "2 kB"), (91_234_567, "91 MB")]
)
def test_a_size_comes_in_its_unit(size_bytes: int, words: str) -> None:
    assert in_words.size(size_bytes) == words


def test_a_difference_has_its_sign_and_a_true_minus() -> None:
    assert in_words.difference(0.0561) == "+0.056"
    assert in_words.difference(-0.0561) == "−0.056"


def test_times_are_told_in_utc() -> None:
    at = datetime(2026, 11, 3, 1, 5, tzinfo=timezone(timedelta(hours=2)))
    assert in_words.moment(at) == "2 Nov 2026, 23:05 UTC"
