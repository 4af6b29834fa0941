"""A version's rows as a file to take away: byte-true for a program, harmless for a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

_BATCH_ROWS = 1_000
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as something older."""


def spreadsheet(path: Path) -> Iterator[bytes]:
    """CSV, a piece at a time. A text that a spreadsheet would run as a formula gets an apostrophe
    before it, which shows the text as it is (OWASP, CSV injection)."""
    with pq.ParquetFile(path) as file:
        yield _lines([file.schema_arrow.names], _BYTE_ORDER_MARK)
        for group in range(file.num_row_groups):
            for batch in file.iter_batches(_BATCH_ROWS, row_groups=[group]):
                yield _lines([list(row.values()) for row in batch.to_pylist()])


def _lines(rows: list[list[Any]], before: str = "") -> bytes:
    out = io.StringIO(before)
    out.seek(0, io.SEEK_END)
    csv.writer(out).writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode(errors="replace")


def _harmless(cell: Any) -> Any:
    if isinstance(cell, list | dict):
        cell = json.dumps(cell, ensure_ascii=False)
    if isinstance(cell, str) and cell.startswith(_BEGINS_A_FORMULA):
        return f"'{cell}"
    return cell
