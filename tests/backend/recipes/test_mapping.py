"""Columns as people name them: what is proposed, and what is left aside."""

import pytest

from backend.catalog.columns import ColumnType
from backend.recipes.formats import recognise
from backend.recipes.mapping import propose
from backend.recipes.schemas import Mapping
from tests.backend.recipes.plans import column, table, texts

INTEGER, NUMBER, TEXT = ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.TEXT


def few(name, distinct=6, **more):
    """A short text that comes again and again in 100 rows."""
    return column(name, TEXT, distinct=distinct, mean_characters=8.0, **more)


@pytest.mark.parametrize(
    ("columns", "inputs", "label"),
    [
        (texts("question", "answer"), ["question", "answer"], None),
        (texts("answer", "question"), ["question", "answer"], None),
        (texts("title", "context", "question"), ["question", "context"], None),
        ((*texts("positive", "anchor"), few("domain")), ["anchor", "positive"], None),
        (texts("negative", "anchor", "positive"), ["anchor", "positive", "negative"], None),
        (texts("premise", "entailment", "contradiction"), None, None),
        (
            (*texts("premise", "hypothesis"), few("gold_label", 3)),
            ["premise", "hypothesis"],
            "gold_label",
        ),
        ((*texts("text"), few("intent")), ["text"], "intent"),
        ((*texts("column 1"), few("column 2")), ["column 1"], "column 2"),
        ((*texts("sentence1", "sentence2"), column("similarity", NUMBER)), None, "similarity"),
        (
            (*texts("one", "other"), column("label", INTEGER), few("kind")),
            ["one", "other"],
            "label",
        ),
        (
            (*texts("text"), column("label", INTEGER), few("label_text")),
            ["text"],
            "label",
        ),
        ((*texts("source", "target"), few("source_lang", 2)), ["source", "target"], None),
        ((*texts("en", "de"), column("id", INTEGER)), ["en", "de"], None),
    ],
)
def test_names_and_values_tell_the_parts(columns, inputs, label):
    mapping = propose(table(*columns))
    given = [each.name for each in columns if each.name != label]
    assert (mapping.inputs, mapping.label) == (inputs or given, label)


@pytest.mark.parametrize(
    ("idle", "why"),
    [
        (column("note", TEXT, nulls=60), "mostly empty"),
        (column("note", TEXT, empty=100), "is empty"),
        (column("language", TEXT, distinct=1), "same in every row"),
        (column("row_id", TEXT), "names the rows"),
        (
            column("code", TEXT, distinct=100, minimum=36.0, maximum=36.0, examples=("a-1", "b-2")),
            "names the rows",
        ),
        (few("genre", 12), "only 12 short values"),
        (column("meta", ColumnType.OTHER), "neither texts nor numbers"),
    ],
)
def test_what_is_of_no_use_is_left_out_and_said_why(idle, why):
    facts = table(*texts("one", "other"), idle)
    mapping = propose(facts)
    assert mapping == Mapping(inputs=["one", "other"])
    assert why in recognise(facts, mapping).surplus[idle.name]


def test_rows_counted_from_one_are_no_scores():
    number = column("row", INTEGER, distinct=100, minimum=1.0, maximum=100.0)
    assert propose(table(*texts("one", "other"), number)).label is None


def test_a_mostly_missing_query_still_asks_beside_documents():
    facts = table(
        column("query_id", TEXT, nulls=80),
        column("query", TEXT, nulls=80, distinct=9),
        column("document_id", TEXT),
        column("document", TEXT),
        column("grade", INTEGER, nulls=80),
        column("part", TEXT, nulls=80, distinct=2, counts={"train": 15, "test": 5}),
    )
    mapping = propose(facts)
    assert mapping == Mapping(inputs=["query", "document"], grade="grade")
    found = recognise(facts, mapping)
    assert (found.format.value, found.part, found.surplus.keys()) == (
        "BEIR folder",
        "part",
        {"query_id", "document_id"},
    )


def test_a_word_that_names_no_part_divides_nothing():
    divided = column("split", TEXT, distinct=2, counts={"train": 90, "fold 2": 10})
    assert recognise(table(*texts("one", "other"), divided), None).part is None
