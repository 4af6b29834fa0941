"""Figures and times as a person says them."""

from datetime import UTC, datetime, timedelta

import pytest

from likewise.cli.output import table
from likewise.cli.words import ago, duration, size

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"), [(8.2, "8 s"), (240, "4 min"), (4_800, "1 h 20 min"), (89, "89 s")]
)
def test_a_duration_has_the_unit_one_waits_in(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(5, "just now"), (130, "2 min ago"), (7_300, "2 h ago")]
)
def test_a_time_is_told_in_its_largest_unit(seconds: int, words: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == words


def test_sizes_are_decimal() -> None:
    assert size(90_900_000) == "90.9 MB"


def test_a_table_never_cuts_a_cell() -> None:
    long = "run_01h455vb4pex5vsknk084sn02q" * 5
    assert table(["run", "name"], [[long, "a"], ["b", "c"]]).splitlines()[1] == f"{long}  a"
