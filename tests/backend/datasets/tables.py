"""Tables as people have them, and the same table in every format that is read."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from backend.datasets.reading.detect import format_of
from backend.datasets.reading.limits import MOST_UNPACKED_BYTES
from backend.datasets.reading.one import read_as
from backend.datasets.reading.table import Table, read_table

Column = list[Any]

# No NUL (no text file holds it), no lone \r (csv would take it for a line's end outside of quotes),
# and no halves of characters.
texts = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=20)


def as_csv(columns: dict[str, Column], delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def as_records(columns: dict[str, Column]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def as_json(columns: dict[str, Column]) -> bytes:
    return json.dumps(as_records(columns)).encode()


def as_json_columns(columns: dict[str, Column]) -> bytes:
    return json.dumps(columns).encode()


def as_json_lines(columns: dict[str, Column]) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in as_records(columns)).encode()


def as_parquet(columns: dict[str, Column]) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file, row_group_size=3)
    return file.getvalue()


def read(folder: Path, file_name: str, content: bytes) -> Table:
    (folder / "file").write_bytes(content)
    return read_table(folder / "file", file_name, folder / "rows.parquet")


def read_here(folder: Path, file_name: str, content: bytes) -> Table:
    """As `read`, without a process of its own: for laws that are tried many times."""
    path = folder / "file"
    path.write_bytes(content)
    form = format_of(path, file_name)
    return read_as(form, path, file_name, folder / "rows.parquet", MOST_UNPACKED_BYTES)


def read_rows(folder: Path, file_name: str, content: bytes) -> dict[str, Column]:
    """The columns as they were kept."""
    read(folder, file_name, content)
    return kept_rows(folder)


def kept_rows(folder: Path) -> dict[str, Column]:
    found: dict[str, Column] = pq.read_table(folder / "rows.parquet").to_pydict()
    return found
