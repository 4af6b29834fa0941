"""JSON and JSON Lines: places are exact, kinds are found over all rows, nothing is lost."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.catalog.columns import ColumnType
from backend.problems import BadFile
from tests.backend.datasets import tables
from tests.backend.datasets.laws import law
from tests.backend.datasets.test_formats import folder

VALUES: dict[str, tuple[list[Any], ColumnType, list[Any]]] = {
    "texts": (["a", None], ColumnType.TEXT, ["a", None]),
    "whole numbers": ([1, None], ColumnType.INTEGER, [1, None]),
    "numbers": ([1, 2.5], ColumnType.NUMBER, [1.0, 2.5]),
    "truth values": ([True, False], ColumnType.BOOLEAN, [True, False]),
    "vectors": ([[1, 2.5], [3]], ColumnType.NUMBERS, [[1.0, 2.5], [3.0]]),
    "vectors with holes": ([[1, None], [2, 3]], ColumnType.NUMBERS, [[1.0, None], [2.0, 3.0]]),
    "lists of nothing": ([[None], [None]], ColumnType.OTHER, ["[null]", "[null]"]),
    "texts and numbers": (["a", 7], ColumnType.TEXT, ["a", "7"]),
    "truth values and numbers": ([True, 1], ColumnType.TEXT, ["true", "1"]),
    "more digits than fit": ([2**70, 1], ColumnType.TEXT, [str(2**70), "1"]),
    "lists of texts": ([["a"], ["ä"]], ColumnType.OTHER, ['["a"]', '["ä"]']),
    "objects and texts": ([{"a": 1}, "b"], ColumnType.OTHER, ['{"a": 1}', '"b"']),
    "nothing at all": ([None, None], ColumnType.TEXT, [None, None]),
}


@pytest.mark.parametrize("name", ["t.json", "t.jsonl"])
@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES.keys())
def test_each_column_gets_the_narrowest_kind_that_loses_nothing(tmp_path, name, values):
    given_values, type_, expected = values
    columns = {"text": ["x", "y"], "value": given_values}
    write = tables.as_json if name == "t.json" else tables.as_json_lines
    facts = tables.read(tmp_path, name, write(columns)).written.facts
    assert facts.column("value").type is type_
    assert tables.kept_rows(tmp_path)["value"] == expected


def test_a_field_that_only_later_rows_have_is_null_before(tmp_path):
    content = b'{"a": "x"}\n' * 11_000 + b'{"a": "y", "b": 2}\n'
    rows = tables.read_rows(tmp_path, "t.jsonl", content)
    assert rows["b"] == [None] * 11_000 + [2]


@pytest.mark.parametrize("name", ["t.json", "t.jsonl"])
def test_json_and_json_lines_may_bear_each_others_names(tmp_path, name):
    columns = {"a": ["x", "y"]}
    for content in (tables.as_json(columns), tables.as_json_lines(columns)):
        assert tables.read_rows(tmp_path, name, content) == columns


@law
@given(st.integers(0, 30), st.integers(0, 3))
def test_a_broken_line_is_named_whatever_stands_before_it(good, blank):
    content = '{"text": "a\\nb"}\n' * good + "\n" * blank + '{"text": }\n'
    with (
        folder() as place,
        pytest.raises(BadFile, match=rf"^'t.jsonl': Line {good + blank + 1:,}: "),
    ):
        tables.read(place, "t.jsonl", content.encode())


@pytest.mark.parametrize("good", [1, 300, 80_000])  # the last begins a second window of the text
@pytest.mark.parametrize("in_one_line", [True, False])
def test_a_broken_object_of_an_array_is_named_by_line_and_column(tmp_path, good, in_one_line):
    gap = " " if in_one_line else "\n"
    text = f'[{gap}{f"""{{"text": "aä"}},{gap}""" * good}{{"text" "b"}}]'
    place_in_text = text.index('"b"')
    line = text.count("\n", 0, place_in_text) + 1
    column = place_in_text - text.rfind("\n", 0, place_in_text)
    with pytest.raises(BadFile) as caught:
        tables.read(tmp_path, "t.json", text.encode())
    assert str(caught.value).startswith(f"'t.json': Line {line:,}, column {column:,}: ")


@pytest.mark.parametrize(
    "text",
    ["42", '"text"', "true", "null", "[1, 2]", '["a"]', '[["a"]]', "{}", '{"a": 1}',
     '{"a": {"b": 1}}', "[{}]", '{"a": "b"}'],
)  # fmt: skip
def test_json_that_is_no_table_is_refused_as_that(tmp_path, text):
    with pytest.raises(BadFile) as caught:
        tables.read(tmp_path, "t.json", text.encode())
    assert caught.value.problems[0].code == "not_a_table"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[{"a": "x"}', "not_json"),
        ('[{"a": "x"}] [', "not_json"),
        ('[{"a": "x"},]', "not_json"),
        ("[{'a': 'x'}]", "not_json"),
        ('[{"a": "x", "a": "y"}]', "duplicate_columns"),
        ('[{"a": ' + "[" * 70 + "]" * 70 + "}]", "nested_too_deeply"),
        ('[{"a": ' + "[" * 90_000 + "]" * 90_000 + "}]", "nested_too_deeply"),
        ('[{"a": ' + "1" * 5_000 + "}]", "not_json"),
        ('[{"a": "\\ud800"}]', "wrong_encoding"),
        ('[{"": "x"}]', "bad_column_name"),
        ("[]", "no_rows"),
        ('{"a": []}', "no_rows"),
        ('{"a": ["x"], "b": []}', "ragged_columns"),
        (json.dumps([{f"c{i}": 1 for i in range(1_001)}]), "too_many_columns"),
    ],
)
def test_hostile_json_is_refused_by_name(tmp_path, text, code):
    with pytest.raises(BadFile) as caught:
        tables.read(tmp_path, "t.json", text.encode())
    assert caught.value.problems[0].code == code


def test_json_lines_without_line_breaks_do_not_fill_the_memory(tmp_path):
    with pytest.raises(BadFile, match="Line 2 is longer than 8,000,000 characters"):
        tables.read(tmp_path, "t.jsonl", b'{"a": "b"}\n{"a": "' + b"b" * 9_000_000)
