"""Arrow and Feather: files and streams, packed or not, give what Parquet gives."""

import io

import pyarrow as pa
import pyarrow.feather
import pytest

from tests.backend.datasets import tables
from tests.backend.datasets.broken.columnar import arrow
from tests.backend.datasets.test_reading_parquet import ARRAYS

TEXTS = {"text": ["a b", "c d"], "label": [1, 2]}


@pytest.mark.parametrize("compression", [None, "lz4", "zstd"])
@pytest.mark.parametrize("is_file", [True, False])
def test_files_and_streams_are_read_packed_or_not(tmp_path, is_file, compression):
    content = arrow(pa.table(TEXTS), is_file=is_file, compression=compression)
    table = tables.read(tmp_path, "t.arrow", content)
    assert tables.kept_rows(tmp_path) == TEXTS
    assert table.found["layout"] == ("file" if is_file else "stream")


def test_feather_is_read(tmp_path):
    file = io.BytesIO()
    pyarrow.feather.write_feather(pa.table(TEXTS), file)
    assert tables.read_rows(tmp_path, "t.feather", file.getvalue()) == TEXTS


@pytest.mark.parametrize(
    ("array", "type_", "expected"), ARRAYS, ids=[str(a[0].type) for a in ARRAYS]
)
def test_each_arrow_type_becomes_one_of_our_kinds(tmp_path, array, type_, expected):
    content = arrow(pa.table({"value": array}))
    facts = tables.read_here(tmp_path, "t.arrow", content).written.facts
    assert facts.column("value").type is type_
    assert tables.kept_rows(tmp_path)["value"] == expected


def test_rows_are_the_same_however_large_the_batches_are(tmp_path):
    columns = {"text": [f"text {i}" for i in range(25_000)]}
    large = tables.read_here(tmp_path, "t.arrow", arrow(pa.table(columns)))
    file = io.BytesIO()
    with pa.ipc.new_stream(file, pa.table(columns).schema) as writer:
        writer.write_table(pa.table(columns), max_chunksize=7)
    small = tables.read_here(tmp_path, "t.arrow", file.getvalue())
    assert tables.kept_rows(tmp_path) == columns
    assert small.written == large.written


def test_a_long_text_that_is_written_once_and_meant_often_is_read(tmp_path):
    once = pa.DictionaryArray.from_arrays(pa.array([0, 1] * 2_500), ["a" * 100_000, "b"])
    assert (
        tables.read(tmp_path, "t.arrow", arrow(pa.table({"text": once}))).written.facts.rows
        == 5_000
    )
