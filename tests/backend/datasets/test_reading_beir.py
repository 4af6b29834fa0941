"""A BEIR folder becomes one table of judgements, and the rest of its documents."""

import gzip

import pytest

from backend.catalog.columns import ColumnType
from backend.datasets.reading.table import read_tables
from tests.backend.datasets import tables
from tests.backend.datasets.broken.archives import zipped
from tests.backend.datasets.broken.beir import CORPUS, QRELS, QUERIES

EXPECTED = {
    "query_id": ["q1", None],
    "query": ["who?", None],
    "document_id": ["d1", "d2"],
    "document": ["T one", "two"],
    "grade": [1, None],
    "part": ["prove", None],
}


@pytest.mark.parametrize("folder", ["", "scifact/", "a/b/"])
def test_a_folder_is_read_wherever_it_lies_in_the_archive(tmp_path, folder):
    content = zipped(
        (f"{folder}corpus.jsonl.gz", gzip.compress(CORPUS)),
        (f"{folder}queries.jsonl", QUERIES),
        (f"{folder}qrels/test.tsv", QRELS),
    )
    table = tables.read(tmp_path, "b.zip", content)
    assert tables.kept_rows(tmp_path) == EXPECTED
    assert table.found == {"format": "beir", "queries_without_grades": "0"}


def test_its_files_may_come_one_by_one(tmp_path):
    files = {"corpus.jsonl": CORPUS, "queries.jsonl": QUERIES, "test.tsv": QRELS}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    read_tables([(tmp_path / name, name) for name in files], tmp_path / "rows.parquet")
    assert tables.kept_rows(tmp_path) == EXPECTED


def test_grades_of_all_parts_are_kept_and_ids_may_be_numbers(tmp_path):
    content = zipped(
        ("corpus.jsonl", b"".join(b'{"_id": %d, "text": "t%d"}\n' % (i, i) for i in range(4))),
        ("queries.jsonl", b'{"_id": 7, "text": "who?"}\n{"_id": 8, "text": "why?"}\n'),
        ("qrels/dev.tsv", b"7\t0\t2\n"),
        ("qrels/test.tsv", b"query-id\tcorpus-id\tscore\n7\t1\t1\n7\t0\t0\n"),
        ("qrels/train.tsv", b"query-id\tcorpus-id\tscore\n7\t2\t1\n"),
    )
    table = tables.read(tmp_path, "b.zip", content)
    rows = tables.kept_rows(tmp_path)
    assert rows["document_id"] == ["0", "1", "0", "2", "3"]
    assert rows["grade"] == [2, 1, 0, 1, None]
    assert rows["part"] == ["choose", "prove", "prove", "train", None]
    assert table.written.facts.column("query_id").type is ColumnType.TEXT
    assert table.found["queries_without_grades"] == "1"


def test_every_document_is_there_once_at_least_and_every_grade_once(tmp_path):
    documents = b"".join(b'{"_id": "d%d", "text": "text %d"}\n' % (i, i) for i in range(25_000))
    judged = b"".join(b"q1\td%d\t1\n" % i for i in range(0, 25_000, 2))
    content = zipped(
        ("corpus.jsonl", documents), ("queries.jsonl", QUERIES), ("qrels/test.tsv", judged)
    )
    tables.read(tmp_path, "b.zip", content)
    rows = tables.kept_rows(tmp_path)
    assert sorted(rows["document_id"]) == sorted(f"d{i}" for i in range(25_000))
    assert rows["query"].count("who?") == 12_500
    assert all(
        text == f"text {id_[1:]}"
        for id_, text in zip(rows["document_id"], rows["document"], strict=True)
    )
