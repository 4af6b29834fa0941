"""Classes by number: the order of rows stays, and the names can be got back."""

import pytest
from hypothesis import given

from backend.datasets.operations.by_name import parse_all
from backend.datasets.operations.run import record, walk
from backend.problems import Invalid
from tests.backend.datasets.laws import law
from tests.backend.datasets.operations.tables import any_tables, do, texts

LABELS = texts(text=["a", "b", "c"], label=["late", "early", None])


@law
@given(any_tables.filter(len))
def test_the_recorded_names_give_every_label_back(table):
    (step,) = walk(parse_all([{"name": "label_ids", "parameters": {"column": "label"}}]), table)
    names = record([step[0]])["steps"][0]["parameters"].get("names", [])
    back = [None if i is None else names[i] for i in step[1]["label"].to_pylist()]
    assert back == table["label"].to_pylist()
    assert names == sorted(names)


def test_names_may_be_given_in_their_order():
    made = do(LABELS, "label_ids", column="label", names=["late", "early", "never"])
    assert made["label"].to_pylist() == [0, 1, None]


def test_a_class_without_a_name_is_told_with_its_row():
    with pytest.raises(Invalid, match="row 2 is 'early'"):
        do(LABELS, "label_ids", column="label", names=["late"])


def test_a_name_has_one_number():
    with pytest.raises(Invalid, match="more than once"):
        do(LABELS, "label_ids", column="label", names=["late", "early", "late"])


def test_texts_that_all_differ_are_no_classes():
    many = texts(text=[f"text {n}" for n in range(1_001)])
    with pytest.raises(Invalid, match="1,001 different values"):
        do(many, "label_ids", column="text")
