"""Parquet: all that Arrow knows becomes one of our six kinds; damage is told."""

import datetime
import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from backend.catalog.columns import ColumnType
from backend.datasets.reading.limits import MOST_UNPACKED_BYTES
from backend.datasets.reading.parquet import write_parquet
from backend.problems import BadFile
from tests.backend.datasets import tables

DAY = datetime.date(2026, 11, 23)
ARRAYS = [
    (pa.array(["a", None], pa.large_string()), ColumnType.TEXT, ["a", None]),
    (pa.array(["a", "b"]).dictionary_encode(), ColumnType.TEXT, ["a", "b"]),
    (pa.array([1, 2], pa.int8()), ColumnType.INTEGER, [1, 2]),
    (pa.array([1, 2**63], pa.uint64()), ColumnType.NUMBER, [1.0, float(2**63)]),
    (pa.array([1.5, float("nan")], pa.float32()), ColumnType.NUMBER, [1.5, None]),
    (pa.array([Decimal("1.50"), None]), ColumnType.NUMBER, [1.5, None]),
    (pa.array([True, None]), ColumnType.BOOLEAN, [True, None]),
    (pa.array([[1, 2], [3, 4]], pa.list_(pa.float32(), 2)), ColumnType.NUMBERS, [[1, 2], [3, 4]]),
    (pa.array([["a"], None]), ColumnType.OTHER, ['["a"]', None]),
    (pa.array([{"a": 1}, None]), ColumnType.OTHER, ['{"a": 1}', None]),
    (pa.array([DAY, None]), ColumnType.OTHER, ['"2026-11-23"', None]),
    (pa.nulls(2), ColumnType.TEXT, [None, None]),
]


def parquet(table: pa.Table) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("array", "type_", "expected"), ARRAYS, ids=[str(a[0].type) for a in ARRAYS]
)
def test_each_arrow_type_becomes_one_of_our_kinds(tmp_path, array, type_, expected):
    facts = tables.read(tmp_path, "t.parquet", parquet(pa.table({"value": array}))).written.facts
    assert facts.column("value").type is type_
    assert tables.kept_rows(tmp_path)["value"] == expected


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_file_that_is_cut_off_is_named_as_that(tmp_path, share):
    content = parquet(pa.table({"text": [f"text {i}" for i in range(1_000)]}))
    with pytest.raises(BadFile) as caught:
        tables.read(tmp_path, "t.parquet", content[: int(len(content) * share)])
    assert caught.value.problems[0].code == "truncated_parquet"


def test_a_byte_that_lies_never_brings_the_studio_down(tmp_path):
    content = parquet(pa.table({"text": [f"text {i}" for i in range(200)], "n": range(200)}))
    for place in range(4, len(content), 5):
        damaged = bytearray(content)
        damaged[place] ^= 0xFF
        try:
            (tmp_path / "file").write_bytes(damaged)
            write_parquet(tmp_path / "file", tmp_path / "rows.parquet", MOST_UNPACKED_BYTES)
        except BadFile:
            continue


def test_texts_that_are_not_unicode_are_damage(tmp_path):
    binary = pa.array([b"ok", b"\xff\xfe"])
    broken = pa.StringArray.from_buffers(2, binary.buffers()[1], binary.buffers()[2])
    with pytest.raises(BadFile) as caught:
        tables.read(tmp_path, "t.parquet", parquet(pa.table({"text": broken})))
    assert caught.value.problems[0].code == "damaged_parquet"


def test_two_columns_of_one_name_are_refused(tmp_path):
    table = pa.table([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    with pytest.raises(BadFile, match="columns 1 and 2 are both called 'text'"):
        tables.read(tmp_path, "t.parquet", parquet(table))


def test_a_table_without_rows_is_refused(tmp_path):
    with pytest.raises(BadFile) as caught:
        tables.read(tmp_path, "t.parquet", parquet(pa.table({"text": pa.array([], pa.string())})))
    assert caught.value.problems[0].code == "no_rows"
