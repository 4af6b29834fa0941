"""What somebody's data is, said in one sentence."""

import pytest

from backend.catalog.columns import ColumnType
from backend.recipes.formats import recognise
from backend.recipes.mapping import propose
from tests.backend.recipes.plans import column, table, texts

INTEGER, NUMBER, NUMBERS = ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.NUMBERS
CLASSES = column("label", INTEGER, distinct=77, maximum=76.0)
YES_NO = column("label", INTEGER, distinct=2, maximum=1.0)
TRIPLET = texts("query", "answer", "negative")


@pytest.mark.parametrize(
    ("columns", "form", "words"),
    [
        (texts("text"), "single text", "texts alone"),
        ((*texts("text"), CLASSES), "single text + class", "texts in 77 classes"),
        (texts("question", "answer"), "pair", "questions with their answers"),
        (texts("query", "passage"), "pair", "search queries with the passages"),
        (texts("one", "other"), "pair", "pairs of texts that belong together"),
        ((*texts("premise", "hypothesis"), CLASSES), "pair + class", "in one of 77 classes"),
        ((*texts("sentence1", "sentence2"), YES_NO), "pair + binary", "alike or not"),
        (
            (*texts("column 1", "column 2"), column("column 3", NUMBER)),
            "pair + score",
            "a score of how alike they are, from 0 to 5",
        ),
        (
            (*texts("one", "other"), column("score", INTEGER, distinct=6, maximum=5.0)),
            "pair + score",
            "from 0 to 5",
        ),
        (TRIPLET, "triplet", "questions with their answers, and a wrong one"),
        ((*TRIPLET, *texts("negative_2")), "n-tuple with negatives", "2 wrong ones"),
        (
            (*texts("query", "document"), column("grade", INTEGER)),
            "query/passage with qrels",
            "judged",
        ),
        (texts("english", "german"), "parallel sentences", "sentences in English and German"),
        (texts("text_en", "text_fr"), "parallel sentences", "English and French"),
        (
            (
                column("left", ColumnType.TEXT, examples=("How are you?",)),
                column("right", ColumnType.TEXT, examples=("お元気ですか",)),
            ),
            "parallel sentences",
            "Latin script and Japanese script",
        ),
        (
            (*TRIPLET, column("scores", NUMBERS, list_length=2)),
            "teacher scores",
            "teacher's scores",
        ),
        ((*TRIPLET, column("score", NUMBER, minimum=-9.0)), "teacher scores", "teacher's scores"),
        (
            (*texts("text"), column("label", NUMBERS, list_length=384)),
            "teacher embeddings",
            "teacher's embedding of 384 dimensions",
        ),
        ((column("label", INTEGER),), "no texts", "No column"),
    ],
)
def test_every_form_is_named_and_said(columns, form, words):
    facts = table(*columns)
    found = recognise(facts, propose(facts))
    assert found.format.value == form
    assert words in found.sentence
    assert list(found.columns) == [each.name for each in columns]


def test_at_most_the_rows_that_lack_nothing_are_ready():
    label = column("label", INTEGER, nulls=30)
    facts = table(column("one", ColumnType.TEXT, empty=10), *texts("other"), label)
    assert recognise(facts, propose(facts)).ready_rows == 70
