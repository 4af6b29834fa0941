"""Delimited files: what is found out by itself, and what is never guessed away."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.catalog.columns import ColumnType
from backend.datasets.reading.csv_dialect import has_header
from backend.problems import BadFile
from tests.backend.datasets import tables
from tests.backend.datasets.laws import law
from tests.backend.datasets.test_formats import folder

GERMAN = "Der Käufer möchte eine Überweisung tätigen, weiß aber nicht, wie das geht."


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    columns = {"anchor": ["Is it, well, here?", "b; c | d"], "positive": ["e\tf", 'say "g"']}
    assert tables.read_rows(tmp_path, "t.csv", tables.as_csv(columns, delimiter)) == columns


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_every_unicode_encoding_is_read(tmp_path, encoding):
    content = f"text,label\n{GERMAN[:11]},ж\n".encode(encoding)
    assert tables.read_rows(tmp_path, "t.csv", content) == {"text": ["Der Käufer "], "label": ["ж"]}


def test_an_older_encoding_is_read_where_it_is_a_language_beyond_doubt(tmp_path):
    content = f'text;label\n"{GERMAN}";1\n'.encode("cp1252")
    table = tables.read(tmp_path, "t.csv", content)
    assert tables.kept_rows(tmp_path)["text"] == [GERMAN]
    assert table.found["encoding"] == "cp1252"


def test_utf_8_with_one_broken_byte_is_never_taken_for_an_older_encoding(tmp_path):
    content = f"text,label\n{GERMAN},1\n".replace(", ", " ").encode() * 50 + b"\xff,1\n"
    with pytest.raises(BadFile, match=f"byte {content.index(255):,} "):
        tables.read(tmp_path, "t.csv", content)


@pytest.mark.parametrize(
    ("cells", "type_"),
    [
        (["007", "1"], ColumnType.TEXT),
        (["+49", "1"], ColumnType.TEXT),
        (["1,5", "2"], ColumnType.TEXT),
        (["1234567890123456789", "1"], ColumnType.TEXT),
        (["1", "x"], ColumnType.TEXT),
        (["true", "1"], ColumnType.TEXT),
        (["nan", "1.5"], ColumnType.TEXT),
        (["1", "-20", ""], ColumnType.INTEGER),
        (["1", " 2.50 ", "1e-3"], ColumnType.NUMBER),
        (["true", "False", ""], ColumnType.BOOLEAN),
        (["", ""], ColumnType.TEXT),
    ],
)
def test_a_column_is_a_number_only_where_nothing_is_lost_by_it(tmp_path, cells, type_):
    content = tables.as_csv({"text": ["a"] * len(cells), "value": cells})
    facts = tables.read(tmp_path, "t.csv", content).written.facts
    assert facts.column("value").type is type_


def test_a_text_in_the_last_of_many_rows_makes_the_whole_column_a_text(tmp_path):
    cells = [str(i) for i in range(25_000)] + ["many"]
    columns = {"text": ["a"] * len(cells), "value": cells}
    assert tables.read_rows(tmp_path, "t.csv", tables.as_csv(columns))["value"] == cells


@law
@given(st.lists(st.tuples(tables.texts, tables.texts), min_size=1, max_size=6))
def test_texts_come_back_as_they_were(rows):
    columns = {"anchor": [f"{a}?" for a, _ in rows], "positive": [f"{b}!" for _, b in rows]}
    with folder() as place:
        assert tables.read_rows(place, "t.csv", tables.as_csv(columns)) == columns


def test_stray_quotation_marks_in_a_tsv_are_part_of_the_text(tmp_path):
    content = b'anchor\tpositive\n"Hello" he said\tx\nfoo\t"bar\n'
    assert tables.read_rows(tmp_path, "t.tsv", content) == {
        "anchor": ['"Hello" he said', "foo"],
        "positive": ["x", '"bar'],
    }


def test_quotation_marks_may_be_escaped_by_a_backslash(tmp_path):
    content = b'anchor,positive\n"say \\"hi\\", please",b\n'
    assert tables.read_rows(tmp_path, "t.csv", content)["anchor"] == ['say "hi", please']


def test_empty_lines_are_no_rows_and_unnamed_columns_get_a_name(tmp_path):
    content = b",text\n\n1,a b\n\n2,c d\n"
    assert tables.read_rows(tmp_path, "t.csv", content) == {
        "column 1": [1, 2],
        "text": ["a b", "c d"],
    }


def test_a_ragged_row_is_named_by_its_line_even_after_cells_with_line_breaks(tmp_path):
    content = b'text,label\n"one\ntwo\nthree",1\nfour,2\nfive,3,extra\n'
    with pytest.raises(BadFile, match=r"^'t.csv': Line 6 has 3 cells"):
        tables.read(tmp_path, "t.csv", content)


def test_a_quotation_mark_without_a_partner_is_named_by_its_line(tmp_path):
    content = b'text,label\na,1\n"b, or not,2\nc,3\n' + b"d,4\n" * 3
    with pytest.raises(BadFile) as caught:
        tables.read(tmp_path, "t.csv", content)
    assert "Line 3" in str(caught.value)


@pytest.mark.parametrize(
    ("first", "rest", "expected"),
    [
        (["text", "category"], [["Where is my card?", "card"]], True),
        (["sentence1", "score"], [["A plane is taking off.", "5.0"]], True),
        (["A plane is taking off.", "An air plane.", "5.0"], [["A man.", "A dog.", "3"]], False),
        (["How are you?", "greeting"], [["Bye now", "farewell"]], False),
        (["bye", "farewell"], [["see you", "farewell"], ["hi", "greeting"]], False),
        (["text"], [], True),
    ],
)
def test_names_are_told_from_values(first, rest, expected):
    assert has_header(first, rest) is expected


def test_a_mark_at_the_start_belongs_to_no_name(tmp_path):
    content = codecs.BOM_UTF8 + b"text,label\na,1\n"
    assert list(tables.read_rows(tmp_path, "t.csv", content)) == ["text", "label"]
