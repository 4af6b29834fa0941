"""The same table is the same version, in whichever format it came; no value changes on the way."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.datasets.reading import limits
from tests.backend.datasets import tables
from tests.backend.datasets.broken.columnar import arrow
from tests.backend.datasets.laws import law

FORMATS: dict[str, Callable[[dict[str, tables.Column]], bytes]] = {
    "t.csv": tables.as_csv,
    "t.json": tables.as_json,
    "columns.json": tables.as_json_columns,
    "t.jsonl": tables.as_json_lines,
    "t.parquet": tables.as_parquet,
    "t.arrow": lambda columns: arrow(pa.table(columns)),
}

written = tables.texts.filter(lambda text: text.strip(" \t\n") != "").map(lambda t: f"{t} a")
tables_of_texts_and_numbers = st.integers(1, 8).flatmap(
    lambda rows: st.fixed_dictionaries(
        {
            "anchor": st.lists(written, min_size=rows, max_size=rows),
            "positive": st.lists(written, min_size=rows, max_size=rows),
            "whole": st.lists(st.integers(-(10**17), 10**17), min_size=rows, max_size=rows),
            "score": st.lists(
                st.floats(-1e6, 1e6).map(lambda x: round(x, 3) + 0.5).filter(lambda x: x % 1),
                min_size=rows,
                max_size=rows,
            ),
        }
    )
)


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as place:
        yield Path(place)


@law
@given(tables_of_texts_and_numbers)
def test_every_format_gives_the_same_content(columns):
    hashes = set()
    for name, write in FORMATS.items():
        with folder() as place:
            table = tables.read_here(place, name, write(columns))
            hashes.add(table.written.content_hash)
            assert tables.kept_rows(place) == columns
    assert len(hashes) == 1


@law
@given(tables_of_texts_and_numbers, st.integers(0, 7), st.sampled_from(["anchor", "whole"]))
def test_one_other_value_is_another_content(columns, row, name):
    row %= len(columns["whole"])
    values = columns[name]
    other = values[row] + (1 if name == "whole" else "b")
    changed = {**columns, name: [*values[:row], other, *values[row + 1 :]]}
    with folder() as place:
        one = tables.read(place, "t.jsonl", tables.as_json_lines(columns))
        two = tables.read(place, "t.jsonl", tables.as_json_lines(changed))
    assert one.written.content_hash != two.written.content_hash


@pytest.mark.parametrize(
    "changed",
    [
        {"a": ["xy", ""], "b": ["p", "q"]},  # the same letters, cut elsewhere
        {"a": ["x", None], "b": ["p", "q"]},
        {"b": ["p", "q"], "a": ["x", "y"]},
        {"a": ["y", "x"], "b": ["q", "p"]},
        {"a": ["x", "y"], "c": ["p", "q"]},
    ],
)
def test_the_content_is_names_values_and_order(tmp_path, changed):
    one = tables.read(tmp_path, "t.parquet", tables.as_parquet({"a": ["x", "y"], "b": ["p", "q"]}))
    two = tables.read(tmp_path, "t.parquet", tables.as_parquet(changed))
    assert one.written.content_hash != two.written.content_hash


def test_neither_encoding_nor_row_groups_are_content(tmp_path):
    table = pa.table({"text": ["a", "b", "a", None], "n": [1, 2, 3, 4]})
    hashes = set()
    for i, options in enumerate(
        [{"row_group_size": 1}, {"compression": "gzip"}, {"use_dictionary": False}]
    ):
        path = tmp_path / f"{i}.parquet"
        pq.write_table(table, path, **options)
        hashes.add(tables.read_here(tmp_path, "t.parquet", path.read_bytes()).written.content_hash)
    assert len(hashes) == 1


def test_the_size_of_the_pieces_that_are_read_leaves_no_trace(tmp_path, monkeypatch):
    content = tables.as_json_lines({"text": [f"text {i}" for i in range(50)], "n": list(range(50))})
    whole = tables.read(tmp_path, "t.jsonl", content)
    monkeypatch.setattr("backend.datasets.reading.json_values.CHUNK_ROWS", 7)
    assert limits.CHUNK_ROWS != 7
    pieces = tables.read(tmp_path, "t.jsonl", content)
    assert pieces.written == whole.written
