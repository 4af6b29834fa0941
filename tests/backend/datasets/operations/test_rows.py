"""Rows left out, drawn and filtered: those that stay are whole and in their order."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.catalog.columns import ColumnType
from backend.problems import Invalid
from tests.backend.datasets.laws import law
from tests.backend.datasets.operations.tables import any_tables, do, table, texts

NUMBERED = table({"n": ColumnType.INTEGER}, [(n,) for n in range(100)])
MIXED = table(
    {"text": ColumnType.TEXT, "score": ColumnType.NUMBER, "ok": ColumnType.BOOLEAN},
    [("Red fox", 1.0, True), ("blue", 2.5, False), (" ", None, None), (None, 4.0, True)],
)


def test_the_rows_that_are_named_go_and_no_others():
    assert do(NUMBERED, "drop_rows", rows=[0, 99, 0])["n"].to_pylist() == list(range(1, 99))


def test_a_row_that_is_not_there_is_named():
    with pytest.raises(Invalid, match="no row 100"):
        do(NUMBERED, "drop_rows", rows=[1, 100])


@law
@given(st.integers(1, 120), st.integers(0, 9))
def test_a_sample_has_so_many_different_rows_in_their_order(rows, seed):
    drawn = do(NUMBERED, "sample", rows=rows, seed=seed)["n"].to_pylist()
    assert len(drawn) == min(rows, 100)
    assert drawn == sorted(set(drawn))


def test_another_seed_draws_others():
    draws = {tuple(do(NUMBERED, "sample", rows=10, seed=s)["n"].to_pylist()) for s in range(5)}
    assert len(draws) == 5


@pytest.mark.parametrize(
    ("conditions", "kept"),
    [
        ({"column": "text", "contains": "FOX"}, [0]),
        ({"column": "text", "lacks": "fox"}, [1, 2]),
        ({"column": "text", "shortest": 4, "longest": 4}, [1]),
        ({"column": "text", "not_empty": True}, [0, 1]),
        ({"column": "text", "equals": "blue"}, [1]),
        ({"column": "score", "at_least": 2.5}, [1, 3]),
        ({"column": "score", "at_least": 1, "at_most": 2.5}, [0, 1]),
        ({"column": "score", "equals": 4}, [3]),
        ({"column": "score", "not_empty": True}, [0, 1, 3]),
        ({"column": "ok", "equals": False}, [1]),
    ],
)
def test_a_filter_keeps_the_rows_that_meet_it(conditions, kept):
    assert do(MIXED, "filter", **conditions).equals(MIXED.take(kept))


@pytest.mark.parametrize(
    "conditions",
    [
        {"column": "score", "contains": "x"},
        {"column": "text", "at_least": 1},
        {"column": "ok", "equals": 1},
        {"column": "text", "equals": True},
        {"column": "text"},
        {"column": "text", "not_empty": False},
    ],
)
def test_a_condition_that_a_column_cannot_meet_is_refused(conditions):
    with pytest.raises(Invalid, match=r"can be asked of|Say what"):
        do(MIXED, "filter", **conditions)


@law
@given(any_tables)
def test_filtering_twice_is_once(made):
    made = pa.concat_tables([made, texts(a=["x"])], promote_options="default")
    once = do(made, "filter", column="a", contains="x")
    assert do(once, "filter", column="a", contains="x").equals(once)
    assert len(once) == sum("x" in (text or "").lower() for text in made["a"].to_pylist())


def test_no_row_left_is_refused():
    with pytest.raises(Invalid, match="none would be left"):
        do(texts(a=["x"]), "filter", column="a", contains="z")
