"""Workbooks: what the cells show, from the sheet that holds a table."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.catalog.columns import ColumnType
from backend.problems import BadFile
from tests.backend.datasets import tables
from tests.backend.datasets.laws import law
from tests.backend.datasets.test_formats import folder
from tests.backend.datasets.workbooks import as_excel, workbook

COLUMNS = {
    "texts": (["a b", " c<&>\n"], ColumnType.TEXT, ["a b", " c<&>\n"]),
    "whole numbers": ([1, 20.0], ColumnType.INTEGER, [1, 20]),
    "numbers": ([1, 2.5], ColumnType.NUMBER, [1.0, 2.5]),
    "truth values": ([True, False], ColumnType.BOOLEAN, [True, False]),
    "dates": ([date(2026, 11, 23), None], ColumnType.TEXT, ["2026-11-23", None]),
    "texts and numbers": (["a", 7], ColumnType.TEXT, ["a", "7"]),
    "digits in texts": (["007", "1"], ColumnType.TEXT, ["007", "1"]),
    "blanks": ([None, 2], ColumnType.INTEGER, [None, 2]),
}


@law
@given(
    st.lists(
        st.tuples(tables.texts.map(lambda text: f"{text} a"), st.integers(-(2**53), 2**53)),
        min_size=1,
        max_size=6,
    )
)
def test_a_workbook_gives_the_same_content_as_a_csv(rows):  # Excel's numbers have 53 bits
    columns = {"text": [f"b {text}" for text, _ in rows], "whole": [whole for _, whole in rows]}
    with folder() as place:
        excel = tables.read_here(place, "t.xlsx", as_excel(columns)).written
        csv = tables.read_here(place, "t.csv", tables.as_csv(columns)).written
    assert excel.content_hash == csv.content_hash


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS.keys())
def test_each_column_gets_the_kind_that_its_cells_have(tmp_path, column):
    cells, type_, expected = column
    content = as_excel({"text": ["x y", "z"], "value": cells})
    facts = tables.read_here(tmp_path, "t.xlsx", content).written.facts
    assert facts.column("value").type is type_
    assert tables.kept_rows(tmp_path)["value"] == expected


def test_a_formula_counts_by_its_value(tmp_path):
    sheet = (
        '<sheetData><row r="1"><c r="A1" t="str"><v>text</v></c></row><row r="2">'
        '<c r="A2" t="str"><f>CONCAT("a"," b")</f><v>a b</v></c></row></sheetData>'
    )
    content = workbook({"Data": []}, sheet1=sheet)
    assert tables.read_rows(tmp_path, "t.xlsx", content) == {"text": ["a b"]}


def test_a_sheet_without_names_gets_them(tmp_path):
    content = workbook({"Data": [["a man eats.", 5.0], ["a dog sleeps.", 2.5]]})
    assert tables.read_rows(tmp_path, "t.xlsx", content) == {
        "column 1": ["a man eats.", "a dog sleeps."],
        "column 2": [5.0, 2.5],
    }


def test_the_sheet_that_was_read_is_told(tmp_path):
    content = workbook({"Cover": [["Ours"]], "Pairs": [["a", "b"], ["x y", "z"]], "More": [["c"]]})
    assert tables.read(tmp_path, "t.xlsx", content).found == {"format": "excel", "sheet": "Pairs"}


def test_a_cell_that_is_too_long_is_named_by_sheet_row_and_column(tmp_path):
    content = workbook({"Data": [["text"], ["a b"], ["a" * 1_000_001]]})
    with pytest.raises(BadFile, match="Sheet 'Data', row 3, column 'text'"):
        tables.read(tmp_path, "t.xlsx", content)
