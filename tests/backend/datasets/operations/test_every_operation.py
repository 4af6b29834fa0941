"""What holds for all operations: a table or a problem, the same bytes again, nothing made up."""

import contextlib
import json

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.catalog.columns import ColumnType
from backend.datasets.columns import field, type_of
from backend.datasets.operations.by_name import OPERATIONS, parse, parse_all
from backend.datasets.operations.run import record, run, walk
from backend.datasets.operations.writing import write_rows
from backend.problems import Invalid
from tests.backend.datasets.laws import law
from tests.backend.datasets.operations.settings import SETTINGS, steps
from tests.backend.datasets.operations.tables import any_tables

CLEANING = {"strip_html", "repair_encoding", "hide_private"}  # they write texts that were not there


def attempt(steps, table):
    """The table after these steps, or None where there was a problem that says something."""
    try:
        return run(parse_all(steps), table)
    except Invalid as refusal:
        return check(refusal.problems)


def check(problems):
    """Every problem says what is wrong, and where."""
    assert problems
    for problem in problems:
        assert problem.detail.endswith(".")
        assert problem.at.startswith("/operations")


def texts_in(table: pa.Table) -> set[str]:
    found: set[str] = set()
    for column in table.schema:
        cells = [cell for cell in table.column(column.name).to_pylist() if cell is not None]
        if type_of(column) is ColumnType.TEXT:
            found |= set(cells)
        if type_of(column) is ColumnType.OTHER:
            lists = [value for value in map(json.loads, cells) if isinstance(value, list)]
            found |= {text for value in lists for text in value if isinstance(text, str)}
    return found


def test_the_settings_tried_here_are_those_of_all_operations():
    assert set(SETTINGS) == set(OPERATIONS)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation_gives_a_table_or_a_problem(name):
    @law
    @given(any_tables, SETTINGS[name])
    def tried(table, parameters):
        made = attempt([{"name": name, "parameters": parameters}], table)
        if made is not None:
            made.validate(full=True)
            assert len(made) > 0
            assert len(set(made.column_names)) == made.num_columns > 0
            for column in made.schema:
                assert column.equals(field(column.name, type_of(column)), check_metadata=True)

    tried()


@law
@given(any_tables, st.lists(steps, min_size=1, max_size=3))
def test_steps_one_after_the_other_give_a_table_or_a_problem_too(table, several):
    attempt(several, table)


@law
@given(any_tables, steps)
def test_the_same_rows_and_settings_give_the_same_content(tmp_path_factory, table, step):
    place = tmp_path_factory.mktemp("made") / "rows.parquet"
    made = attempt([step], table)
    if made is not None:
        hashes = {write_rows(each, place).content_hash for each in (made, attempt([step], table))}
        in_pieces = pa.concat_tables([table.slice(i, 1) for i in range(len(table))])
        hashes.add(write_rows(attempt([step], in_pieces), place).content_hash)
        assert len(hashes) == 1


@law
@given(any_tables, steps.filter(lambda step: step["name"] not in CLEANING))
def test_no_text_is_made_up(table, step):
    made = attempt([step], table)
    if made is not None:
        parts = {"train", "choose", "prove"} if step["name"] == "split" else set()
        assert texts_in(made) <= texts_in(table) | parts


@law
@given(any_tables, steps)
def test_the_record_alone_does_the_same_again(table, step):
    made = attempt([step], table)
    if made is not None:
        told = record([done for done, _ in walk(parse_all([step]), table)])
        again = [{key: each[key] for key in ("name", "parameters")} for each in told["steps"]]
        assert run(parse_all(json.loads(json.dumps(again))), table).equals(made)
        assert told["sentence"].endswith(".")


@law
@given(steps)
def test_settings_that_were_sent_are_kept_as_they_are_the_empty_ones_too(step):
    with contextlib.suppress(Invalid):
        operation = parse(step)
        assert parse(json.loads(json.dumps(operation.to_json()))) == operation


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_operation_says_what_it_is_for_and_what_it_takes(operation):
    assert operation.purpose.endswith(".")
    assert operation.model_json_schema()["properties"]


@pytest.mark.parametrize(
    ("step", "at"),
    [
        ({"name": "paint"}, "/operations/0/name"),
        ({"name": ["sample"]}, "/operations/0/name"),
        ({"name": "sample"}, "/operations/0/parameters/rows"),
        ({"name": "sample", "parameters": {"rows": 0}}, "/operations/0/parameters/rows"),
        ({"name": "sample", "parameters": {"rows": 1, "x": 1}}, "/operations/0/parameters/x"),
        ({"name": "sample", "rows": 3}, "/operations/0"),
        ({"name": "sample", "parameters": [1]}, "/operations/0/parameters"),
    ],
)
def test_what_is_no_operation_is_refused_with_its_place(step, at):
    with pytest.raises(Invalid) as refusal:
        parse(step)
    assert [problem.at for problem in refusal.value.problems] == [at]
