"""Several files as one version: rows under each other, and where each came from."""

import gzip

import pytest

from backend.datasets.reading.parts import part_of
from backend.datasets.reading.table import read_tables
from backend.problems import BadFile
from tests.backend.datasets import tables
from tests.backend.datasets.broken.archives import zipped

TRAIN = b"text,label\na b,1\nc d,2\n"
DEV = b"label,text\n3,e f\n"


def read_several(folder, *files):
    given = []
    for i, (name, content) in enumerate(files):
        (folder / str(i)).write_bytes(content)
        given.append((folder / str(i), name))
    return read_tables(given, folder / "rows.parquet")


def test_the_rows_of_all_files_say_where_they_came_from_and_what_for(tmp_path):
    table = read_several(tmp_path, ("train.csv", TRAIN), ("dev.csv", DEV))
    assert tables.kept_rows(tmp_path) == {
        "text": ["a b", "c d", "e f"],
        "label": [1, 2, 3],
        "file": ["train.csv", "train.csv", "dev.csv"],
        "part": ["train", "train", "choose"],
    }
    assert table.found == {"format": "csv", "files": "train.csv, dev.csv"}


def test_formats_may_differ_and_kinds_are_those_that_hold_all_values(tmp_path):
    lines = tables.as_json_lines({"text": ["e f"], "label": ["three"]})
    packed = gzip.compress(tables.as_json({"text": ["g h"], "label": [4.5]}))
    read_several(tmp_path, ("a.csv", TRAIN), ("b.jsonl", lines), ("c.json.gz", packed))
    assert tables.kept_rows(tmp_path) == {
        "text": ["a b", "c d", "e f", "g h"],
        "label": ["1", "2", "three", "4.5"],
        "file": ["a.csv", "a.csv", "b.jsonl", "c.json"],
    }


def test_objects_stay_objects_beside_texts(tmp_path):
    one = tables.as_json_lines({"value": [{"a": 1}]})
    two = tables.as_json_lines({"value": ["b"]})
    read_several(tmp_path, ("a.jsonl", one), ("b.jsonl", two))
    assert tables.kept_rows(tmp_path)["value"] == ['{"a": 1}', '"b"']


def test_a_zip_of_several_tables_is_the_same_as_the_files(tmp_path):
    apart = read_several(tmp_path, ("train.csv", TRAIN), ("dev.csv", DEV))
    packed = zipped(("train.csv", TRAIN), ("dev.csv", DEV))
    assert tables.read(tmp_path, "t.zip", packed).written == apart.written


def test_one_file_of_several_is_as_it_is_alone(tmp_path):
    alone = tables.read(tmp_path, "train.csv", TRAIN)
    assert read_several(tmp_path, ("train.csv", TRAIN)) == alone
    assert list(tables.kept_rows(tmp_path)) == ["text", "label"]


def test_files_without_names_on_top_are_read_by_place(tmp_path):
    one, two = b"A man eats.,Who eats?,5.0\n" * 2, b"A dog sleeps.,A cat.,1.5\n" * 2
    read_several(tmp_path, ("sts-train.csv", one), ("sts-test.csv", two))
    rows = tables.kept_rows(tmp_path)
    assert rows["column 3"] == [5.0, 5.0, 1.5, 1.5]
    assert rows["part"] == ["train", "train", "prove", "prove"]


def test_a_split_file_has_names_in_its_first_piece_alone(tmp_path):
    read_several(tmp_path, ("xaa.csv", TRAIN), ("xab.csv", b"Where is my card?,3\nWhy so?,4\n"))
    assert tables.kept_rows(tmp_path)["text"][2] == "Where is my card?"


def test_a_column_of_their_own_is_kept(tmp_path):
    named = b"text,part\na b,1\nc d,2\n"
    read_several(tmp_path, ("train.csv", named), ("test.csv", named))
    assert tables.kept_rows(tmp_path)["part"] == [1, 2, 1, 2]


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (b"text,score\na b,1\nc d,2\n", "'b.csv' has no column 'label', and 'a.csv' has"),
        (b"text,label,n\na b,1,2\nc d,2,3\n", "'b.csv' has a column 'n', and 'a.csv' has none"),
        (b"text,category\na b,category\n", "'b.csv', row 1: 'text' is a column's name elsewhere"),
    ],
)
def test_other_columns_are_refused_by_file_and_name(tmp_path, other, words):
    with pytest.raises(BadFile) as caught:
        read_several(tmp_path, ("a.csv", TRAIN), ("b.csv", other))
    assert caught.value.problems[0].code == "columns_differ"
    assert words in str(caught.value)


def test_a_fault_names_its_file(tmp_path):
    with pytest.raises(BadFile, match=r"^'b.csv': Line 2 has 3 cells"):
        read_several(tmp_path, ("a.csv", TRAIN), ("b.csv", b"text,label\na,1,2\n"))


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("train.csv", "train"),
        ("stsb-en-dev.csv", "choose"),
        ("data/validation-00000-of-00001.parquet", "choose"),
        ("MyTest_1.jsonl", None),
        ("test_1.jsonl", "prove"),
        ("train_test.csv", None),
        ("trained.csv", None),
        ("prove.tsv", "prove"),
        ("rows.csv", None),
    ],
)
def test_the_part_is_read_from_whole_words_of_the_name(name, part):
    assert part_of(name) == part
