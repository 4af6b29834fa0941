"""A page of a version's rows, read from no more of its Parquet than needed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_BATCH_ROWS = 1_000
_MOST_CHARACTERS = 2_000_000  # a page of the longest cells must still fit in a browser


@dataclass(frozen=True, kw_only=True)
class Row:
    """`number` counts from 0, in the version's own order."""

    number: int
    cells: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class RowPage:
    """`next_offset` is where the next page begins; None if this one was the last."""

    rows: list[Row]
    next_offset: int | None


def page(path: Path, offset: int, limit: int, query: str | None = None) -> RowPage:
    """At most `limit` rows from the one at `offset`; with a query, of those that hold it.

    A row holds a query if one of its texts does, in small letters or capitals.
    """
    with pq.ParquetFile(path) as file:
        found = _matching(file, query) if query else _from(file, offset)
        skip = offset if query else 0
        rows: list[Row] = []
        characters = 0
        for i, row in enumerate(found):
            if i < skip:
                continue
            if len(rows) == limit or characters > _MOST_CHARACTERS:
                return RowPage(rows=rows, next_offset=offset + len(rows))
            rows.append(row)
            characters += sum(len(v) for v in row.cells.values() if isinstance(v, str))
    return RowPage(rows=rows, next_offset=None)


def numbered(path: Path, numbers: Sequence[int]) -> list[Row]:
    """The rows of these numbers, in this order; only the row groups that hold one are read."""
    found: dict[int, Row] = {}
    with pq.ParquetFile(path) as file:
        first = 0
        for group in range(file.num_row_groups):
            last = first + file.metadata.row_group(group).num_rows
            wanted = sorted({n - first for n in numbers if first <= n < last})
            if wanted:
                cells = file.read_row_group(group).take(wanted).to_pylist()
                found |= {
                    first + n: Row(number=first + n, cells=c)
                    for n, c in zip(wanted, cells, strict=True)
                }
            first = last
    return [found[n] for n in numbers if n in found]


def _from(file: pq.ParquetFile, offset: int) -> Iterator[Row]:
    first = 0
    for group in range(file.num_row_groups):
        length = file.metadata.row_group(group).num_rows
        if first + length > offset:
            table = file.read_row_group(group).slice(max(0, offset - first))
            yield from _rows(table.to_batches(_BATCH_ROWS), max(first, offset))
        first += length


def _rows(batches: list[pa.RecordBatch], first: int) -> Iterator[Row]:
    for batch in batches:
        for i, cells in enumerate(batch.to_pylist()):
            yield Row(number=first + i, cells=cells)
        first += batch.num_rows


def _matching(file: pq.ParquetFile, query: str) -> Iterator[Row]:
    first = 0
    for group in range(file.num_row_groups):  # all at once would hold a gigabyte of a large file
        for batch in file.iter_batches(_BATCH_ROWS, row_groups=[group], use_threads=False):
            holds = _holds(batch, query)
            for i in pc.indices_nonzero(holds).to_pylist():
                yield Row(number=first + i, cells=batch.slice(i, 1).to_pylist()[0])
            first += batch.num_rows


def _holds(batch: pa.RecordBatch, query: str) -> pa.BooleanArray:
    found = pa.array([False] * batch.num_rows)
    for array in batch.columns:
        if pa.types.is_string(array.type):
            hit = pc.match_substring(array, query, ignore_case=True)
            found = pc.or_(found, pc.fill_null(hit, False))
    return found
