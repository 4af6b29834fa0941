"""Columns chosen, renamed, swapped and left out; rows untouched."""

import pytest
from hypothesis import given

from backend.problems import Invalid
from tests.backend.datasets.laws import law
from tests.backend.datasets.operations.tables import any_tables, do, texts

PAIRS = texts(question=["q1", "q2"], answer=["a1", "a2"], note=["", None])


def test_columns_stand_in_the_order_in_which_they_were_named():
    columns = [{"name": "answer", "rename": "anchor"}, {"name": "question"}]
    made = do(PAIRS, "choose_columns", columns=columns)
    assert made.to_pydict() == {"anchor": ["a1", "a2"], "question": ["q1", "q2"]}


def test_two_columns_can_take_each_others_names():
    columns = [{"name": "answer", "rename": "question"}, {"name": "question", "rename": "answer"}]
    assert do(PAIRS, "choose_columns", columns=columns)["question"].to_pylist() == ["a1", "a2"]


def test_two_columns_of_one_name_are_refused():
    columns = [{"name": "answer", "rename": "x"}, {"name": "question", "rename": "x"}]
    with pytest.raises(Invalid, match="'x'"):
        do(PAIRS, "choose_columns", columns=columns)


@law
@given(any_tables.filter(len))
def test_swapping_twice_is_none(table):
    swapped = do(table, "swap_columns", one="a", other="score")
    assert swapped.column("score").equals(table.column("a"))
    assert swapped.column_names == table.column_names
    assert do(swapped, "swap_columns", one="a", other="score").equals(table)


def test_an_unknown_column_is_answered_with_those_there_are_and_the_likely_one():
    with pytest.raises(Invalid) as refusal:
        do(PAIRS, "drop_columns", columns=["Answr"])
    (problem,) = refusal.value.problems
    assert "question, answer and note" in problem.detail
    assert problem.fixes[0].patch[0] == {
        "op": "replace",
        "path": "/operations/0/parameters/columns/0",
        "value": "answer",
    }


def test_not_all_columns_can_be_left_out():
    with pytest.raises(Invalid, match="leave out fewer"):
        do(PAIRS, "drop_columns", columns=["note", "answer", "question"])
