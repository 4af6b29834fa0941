"""What one pass tells of a table, against what Python counts by itself."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.catalog.columns import ColumnFacts, ColumnType
from backend.datasets import facts
from backend.datasets.columns import field
from tests.backend.datasets.laws import law


def facts_of(values: list[object], type_: ColumnType, pieces: int = 1) -> ColumnFacts:
    schema = pa.schema([field("value", type_)])
    batch = pa.record_batch([pa.array(values, schema.field(0).type)], schema=schema)
    batches = [batch.slice(i, pieces) for i in range(0, len(values), pieces)]
    return facts.table_facts(schema, batches).columns[0]


@law
@given(st.lists(st.none() | st.text(st.characters(codec="utf-8"), max_size=5)), st.integers(1, 4))
def test_texts_are_counted_and_measured(values, pieces):
    found = facts_of(values, ColumnType.TEXT, pieces)
    texts = [value for value in values if value is not None]
    assert found.nulls == len(values) - len(texts)
    assert found.distinct + (found.empty > 0) >= len({text.strip() for text in texts})
    if texts:
        assert (found.minimum, found.maximum) == (min(map(len, texts)), max(map(len, texts)))
        assert found.mean_characters == pytest.approx(sum(map(len, texts)) / len(texts))


@law
@given(st.lists(st.none() | st.integers(-(2**62), 2**62)), st.integers(1, 4))
def test_numbers_are_counted_and_bounded(values, pieces):
    found = facts_of(values, ColumnType.INTEGER, pieces)
    numbers = [value for value in values if value is not None]
    assert (found.nulls, found.distinct) == (len(values) - len(numbers), len(set(numbers)))
    if numbers:
        assert (found.minimum, found.maximum) == (float(min(numbers)), float(max(numbers)))


def test_blank_texts_are_empty_and_no_value_of_their_own():
    found = facts_of(["a", "", "  \n", "a", None], ColumnType.TEXT)
    assert (found.empty, found.nulls, found.distinct) == (2, 1, 1)


def test_distinct_values_are_counted_up_to_a_bound_only(monkeypatch):
    monkeypatch.setattr(facts, "MOST_DISTINCT", 50)
    assert facts_of([f"t{i}" for i in range(49)], ColumnType.TEXT, 10).distinct == 49
    assert facts_of([f"t{i}" for i in range(90)], ColumnType.TEXT, 10).distinct == 50


@pytest.mark.parametrize(
    ("lists", "length"), [([[1.0, 2.0], [3.0, 4.0]], 2), ([[1.0], [1.0, 2.0]], None), ([], None)]
)
def test_lists_have_a_length_if_they_share_one(lists, length):
    assert facts_of(lists, ColumnType.NUMBERS).list_length == length


@law
@given(
    st.lists(st.none() | st.lists(st.sampled_from([0.0, 0.5, 1.0, None]), max_size=3), max_size=9),
    st.integers(1, 4),
)
def test_of_lists_the_first_odd_row_is_known(lists, pieces):
    found = facts_of(lists, ColumnType.NUMBERS, pieces)
    there = [(row, values) for row, values in enumerate(lists) if values is not None]
    ragged = [row for row, values in there if len(values) != len(there[0][1])]
    holes = [row for row, values in there if None in values]
    assert found.ragged_row == (ragged[0] if ragged else None)
    assert found.hole_row == (holes[0] if holes else None)
    if there and not ragged and not holes:
        assert found.are_shares == all(sum(values) == 1 for _, values in there if values)


def test_numbers_that_python_hashes_alike_are_two():
    assert facts_of([-1, -2, 0, 2**61 - 1], ColumnType.INTEGER).distinct == 4
    assert facts_of([-1.0, -2.0, 0.0, -0.0], ColumnType.NUMBER).distinct == 3


def test_facts_survive_the_database():
    schema = pa.schema([field("text", ColumnType.TEXT), field("x", ColumnType.OTHER)])
    batch = pa.record_batch([pa.array(["a\0b"]), pa.array(["[1]"])], schema=schema)
    found = facts.table_facts(schema, [batch])
    assert facts.from_json(facts.to_json(found)) == found
    assert found.columns[0].examples == ("a b",)
