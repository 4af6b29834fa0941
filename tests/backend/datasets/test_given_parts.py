"""Rows that came divided, and collections that are searched."""

import pyarrow as pa
import pytest

from backend.datasets.given_parts import UnknownPart, by_column
from backend.datasets.judgements import answered, compared, documents
from backend.recipes.schemas import Mapping

PAIRS = Mapping(inputs=["one", "other"])


def table(*rows: tuple[str | None, ...]) -> pa.Table:
    columns = map(list, zip(*rows, strict=True))
    return pa.table(dict(zip(("one", "other", "part"), columns, strict=True)))


def test_rows_are_taken_as_their_column_says_whatever_the_word():
    words = ["train", "Training", "dev", "validation", "VAL", "test", "prove", "choose", "eval"]
    rows = table(*((f"a{n}", f"b{n}", word) for n, word in enumerate(words)))
    found = by_column(rows, PAIRS, "part")
    assert found.split.train.tolist() == [0, 1]
    assert found.split.choose.tolist() == [2, 3, 4, 7, 8]
    assert found.split.prove.tolist() == [5, 6]
    assert found.leaked == 0


def test_what_measures_is_kept_and_what_leaks_is_not_learned():
    rows = table(
        ("a", "b", "train"),
        ("c", "A ", "train"),  # in spelling alone another text than the first of prove
        ("x", "y", "train"),
        ("y", "z", "dev"),
        ("e", "b2", "dev"),
        ("a", "f", "test"),
        ("f", "e", "test"),
    )
    found = by_column(rows, PAIRS, "part")
    assert found.split.prove.tolist() == [5, 6]
    assert found.split.choose.tolist() == [3]
    assert found.split.train.tolist() == []
    assert found.leaked == 4


@pytest.mark.parametrize("word", ["fold 2", "", None])
def test_another_word_is_refused_with_its_row(word):
    with pytest.raises(UnknownPart) as caught:
        by_column(table(("a", "b", "train"), ("c", "d", word)), PAIRS, "part")
    assert (caught.value.row, caught.value.value) == (1, word)


JUDGED = pa.table(
    {
        "query": ["q1", "q1", "q2", None, " "],
        "document": ["d1", "d2", "d1", "d3", "d4"],
        "grade": [2, 0, -1, None, None],
    }
)


def test_only_rows_with_a_grade_above_zero_answer():
    mapping = Mapping(inputs=["query", "document"], grade="grade")
    assert answered(JUDGED, mapping).to_pydict()["document"] == ["d1"]
    assert documents(JUDGED, mapping) == ["d1", "d2", "d3", "d4"]
    assert compared(mapping).inputs == ["query"]


def test_documents_that_nobody_asked_for_make_a_collection_of_pairs():
    mapping = Mapping(inputs=["query", "document"])
    assert documents(JUDGED, mapping) == ["d1", "d2", "d3", "d4"]
    assert documents(JUDGED.slice(0, 3), mapping) == []
    assert len(answered(JUDGED, mapping)) == 5
