"""Judged documents as pairs: relevant ones, with their part, without distractors."""

from backend.catalog.columns import ColumnType
from tests.backend.datasets.operations.tables import do, table

JUDGED = table(
    {
        "query_id": ColumnType.TEXT,
        "query": ColumnType.TEXT,
        "document": ColumnType.TEXT,
        "grade": ColumnType.INTEGER,
        "part": ColumnType.TEXT,
    },
    [
        ("1", "q1", "d1", 2, "train"),
        ("1", "q1", "d2", 0, "train"),
        ("1", "q1", "d3", 1, "train"),
        ("2", "q2", "d1", 1, "prove"),
        (None, None, "d4", None, "train"),
        ("3", "q3", " ", 2, "train"),
        ("3", "q3", "d5", None, "train"),
    ],
)


def pairs(**parameters):
    made = do(JUDGED, "qrels_to_pairs", query="query", document="document", **parameters)
    assert made.column_names == ["query", "document", "part"]
    return [tuple(row.values()) for row in made.to_pylist()]


def test_relevant_documents_stand_beside_their_queries_in_their_order():
    assert pairs(grade="grade") == [
        ("q1", "d1", "train"),
        ("q1", "d3", "train"),
        ("q2", "d1", "prove"),
    ]


def test_the_grade_from_which_on_a_document_is_relevant_can_be_said():
    assert pairs(grade="grade", at_least=2) == [("q1", "d1", "train")]


def test_without_grades_all_that_are_whole_are_pairs():
    assert len(pairs()) == 5
