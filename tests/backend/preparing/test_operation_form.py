"""The form of every operation, made from its JSON schema."""

import pytest

from backend.catalog.columns import ColumnFacts, ColumnType, TableFacts
from backend.datasets.operations.by_name import OPERATIONS, parse
from backend.datasets.operations.run import STEPS
from backend.preparing.operation_begin import begin
from backend.preparing.operation_form import is_sent, lacks, parameters_of, settings_of
from backend.preparing.useful import by_use
from backend.recipes.format_of import Format
from backend.recipes.schemas import Mapping

FACTS = TableFacts(
    rows=100,
    columns=(
        ColumnFacts(name="one", type=ColumnType.TEXT, distinct=90),
        ColumnFacts(name="two", type=ColumnType.TEXT, distinct=90),
        ColumnFacts(
            name="grade",
            type=ColumnType.INTEGER,
            distinct=4,
            minimum=0,
            maximum=3,
            examples=("0", "3"),
        ),
        ColumnFacts(
            name="kind", type=ColumnType.TEXT, distinct=2, examples=("neutral", "entailment")
        ),
    ),
)
PAIRS = Mapping(inputs=["one", "two"], label="kind")
SCORED = Mapping(inputs=["one", "two"], label="grade")


def values(name: str, *sent: tuple[str, str]) -> dict[str, object]:
    return parameters_of(settings_of(OPERATIONS[name], FACTS), sent, FACTS, PAIRS)


def test_what_is_sent_is_of_its_kind() -> None:
    assert values("filter", ("set.column", "grade"), ("set.equals", "3")) == {
        "column": "grade",
        "equals": 3,
    }
    assert values("filter", ("set.column", "one"), ("set.equals", "3")) == {
        "column": "one",
        "equals": "3",
    }
    assert values(
        "scale_scores", ("set.column", "grade"), ("set.from", "0"), ("set.from", "5,5")
    ) == {
        "column": "grade",
        "from": [0, 5.5],
    }
    assert values("drop_duplicates", ("set.columns", "one"), ("set.columns", "two")) == {
        "columns": ["one", "two"],
        "near": False,
    }
    assert values("label_ids", ("set.column", "kind"), ("set.names", "a\n b \n")) == {
        "column": "kind",
        "names": ["a", "b"],
    }


def test_what_is_no_number_stays_for_the_complaint() -> None:
    assert values("sample", ("set.rows", "many")) == {"rows": "many"}


@pytest.mark.parametrize("name", [each.name for half in by_use(Format.PAIRS) for each in half])
def test_every_form_begins_with_settings_that_can_be_read(name: str) -> None:
    mapping = SCORED if name in ("scale_scores", "scores_to_pairs") else PAIRS
    begun = begin(settings_of(OPERATIONS[name], FACTS), FACTS, mapping)
    if name != "filter":  # which rows to keep, nobody can guess
        operation = parse({"name": name, "parameters": begun})
        assert list(operation.problems(FACTS, STEPS / 0)) == []


@pytest.mark.parametrize("name", [each.name for half in by_use(Format.PAIRS) for each in half])
def test_a_form_that_is_sent_as_it_is_means_what_it_shows(name: str) -> None:
    settings = settings_of(OPERATIONS[name], FACTS)
    begun = begin(settings, FACTS, PAIRS)
    sent = [("set", "yes")]
    for each in settings:
        shown = begun.get(each.name)
        if each.control == "flag":
            sent += [(each.field, "yes")] if shown else []
        elif each.control != "mapping" and shown is not None:
            several = shown if isinstance(shown, list) else [shown]
            sent += [(each.field, str(value)) for value in several]
    assert is_sent(sent)
    read = parameters_of(settings, sent, FACTS, PAIRS)
    assert {k: v for k, v in read.items() if v is not False} == {
        k: v for k, v in begun.items() if v is not False
    }


def test_the_class_that_says_alike_is_the_positive() -> None:
    begun = begin(settings_of(OPERATIONS["pair_class_to_triplets"], FACTS), FACTS, PAIRS)
    assert (begun["positive"], begun["negative"]) == ("entailment", "neutral")


def test_a_table_without_numbers_lacks_them_for_scores() -> None:
    texts = TableFacts(rows=1, columns=FACTS.columns[:1])
    assert lacks(settings_of(OPERATIONS["scale_scores"], texts)) != []
    assert lacks(settings_of(OPERATIONS["scale_scores"], FACTS)) == []
    assert lacks(settings_of(OPERATIONS["sample"], texts)) == []


@pytest.mark.parametrize("form", list(Format))
def test_every_operation_is_offered_once_but_those_of_the_version_page(form: Format) -> None:
    useful, others = by_use(form)
    offered = sorted(each.name for each in [*useful, *others])
    assert offered == sorted(set(OPERATIONS) - {"choose_columns", "drop_rows"})
