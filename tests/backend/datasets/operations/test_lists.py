"""Lists of texts as rows and as columns: each text once, in its order."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backend.catalog.columns import ColumnType
from backend.problems import Invalid
from tests.backend.datasets.laws import law
from tests.backend.datasets.operations.tables import do, table

some = st.lists(st.sampled_from(["x", "y", "", "ü"]), max_size=4)
rows = st.lists(st.tuples(st.sampled_from(["q1", "q2"]), st.one_of(st.none(), some)), max_size=8)


def listed(made, kind=ColumnType.OTHER):
    cells = [(q, None if own is None else json.dumps(own)) for q, own in made]
    return table(
        {"query": ColumnType.TEXT, "others": kind, "n": ColumnType.TEXT},
        [(*cell, "n") for cell in cells],
    )


@law
@given(rows, st.sampled_from([ColumnType.OTHER, ColumnType.TEXT]))
def test_each_text_of_a_list_becomes_a_row_in_its_order(made, kind):
    expected = [(query, text) for query, own in made for text in own or []]
    assume(expected)
    spread = do(listed(made, kind), "spread_positives", column="others")
    assert spread.column_names == ["query", "others", "n"]
    assert [(r["query"], r["others"]) for r in spread.to_pylist()] == expected


@law
@given(rows, st.one_of(st.none(), st.integers(1, 3)))
def test_each_text_of_a_list_becomes_a_column_in_its_order(made, most):
    longest = max((len(own or []) for _, own in made), default=0)
    assume(longest)
    spread = do(
        listed(made), "spread_negatives", column="others", **({"most": most} if most else {})
    )
    width = min(longest, most or longest)
    names = [f"negative_{i}" for i in range(1, width + 1)]
    assert spread.column_names == ["query", *names, "n"]
    for (_, own), row in zip(made, spread.to_pylist(), strict=True):
        texts = (own or [])[:width]
        assert [row[name] for name in names] == texts + [None] * (width - len(texts))


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("[1, 2]", "a number in its list"),
        ('["a", null]', "null in its list"),
        ('{"a": "b"}', "an object"),
        ("plain", "holds a text"),
        ("[" * 100_000, "holds a text"),
        ('["\\ud800"]', "half of a character"),
    ],
)
@pytest.mark.parametrize("name", ["spread_positives", "spread_negatives"])
def test_what_is_no_list_of_texts_is_named_by_its_row(name, cell, said):
    lists = table({"others": ColumnType.OTHER}, [('["fine"]',), (cell,)])
    with pytest.raises(Invalid, match=f"Row 2 .*{said}"):
        do(lists, name, column="others")


def test_a_list_longer_than_columns_may_be_asks_how_many_are_enough():
    lists = listed([("q", ["x"]), ("q", ["x"] * 65)])
    with pytest.raises(Invalid, match="Row 2 has a list of 65"):
        do(lists, "spread_negatives", column="others")
    assert do(lists, "spread_negatives", column="others", most=2).num_columns == 4


def test_a_column_that_would_be_there_twice_is_refused():
    both = table({"others": ColumnType.OTHER, "negative_1": ColumnType.TEXT}, [('["a"]', "b")])
    with pytest.raises(Invalid, match="already a column 'negative_1'"):
        do(both, "spread_negatives", column="others")
