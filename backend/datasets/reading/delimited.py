"""CSV and its kin: any delimiter, quoting and encoding, with or without names on top.

What is beyond doubt Arrow reads, block by block; where there is doubt, Python's reader goes on to
the end of that block. Both give the same rows, and only the latter refuses.
"""

import io
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

import pyarrow as pa

from backend.catalog.columns import ColumnType
from backend.datasets.reading import cell_kinds
from backend.datasets.reading.csv_dialect import Dialect, has_header, plausible
from backend.datasets.reading.csv_records import (
    BrokenQuotes,
    Record,
    records_before,
    records_of,
)
from backend.datasets.reading.encoding import encoding_of
from backend.datasets.reading.limits import CHUNK_CHARACTERS, CHUNK_ROWS
from backend.datasets.reading.names import check_names
from backend.datasets.reading.regular_csv import read_regular
from backend.datasets.reading.utf8_stream import Utf8Stream
from backend.datasets.reading.write import Written, write_table
from backend.problems import BadFile

_USUAL = {".tsv": "\t", ".tab": "\t"}
_SAMPLE_CHARACTERS = 1 << 18
_HEADER_RECORDS = 200


def write_delimited(path: Path, file_name: str, place: Path) -> tuple[Written, dict[str, str]]:
    """Write the table in a delimited file to `place`; also how the file was written.

    Raises BadFile, naming the line.
    """
    encoding = encoding_of(path)
    first_fault: BrokenQuotes | None = None
    for dialect in _dialects(path, encoding, file_name):
        source = _Source(path, encoding, dialect)
        try:
            written = write_table(source.chunks, place)
        except BrokenQuotes as fault:
            first_fault = first_fault or fault
        else:
            return written, {"encoding": encoding, "delimiter": dialect.delimiter}
    assert first_fault is not None, "there is always a dialect to try"
    raise BadFile(
        "broken_quotes",
        "A quotation mark has no partner",
        f"Line {first_fault.line:,}: {first_fault}. Close the quotation mark, "
        "or double those that belong to the text.",
    ) from first_fault


def _dialects(path: Path, encoding: str, file_name: str) -> list[Dialect]:
    usual = _USUAL.get(PurePath(file_name).suffix.lower(), ",")
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(_SAMPLE_CHARACTERS)
    return plausible(sample, usual, is_whole=len(sample) < _SAMPLE_CHARACTERS)


@dataclass(frozen=True)
class _Source:
    path: Path
    encoding: str
    dialect: Dialect

    def chunks(self) -> Iterator["_Cells"]:
        with self.path.open("rb") as file:
            records = records_of(Utf8Stream(file, self.encoding), self.dialect)
            start = list(itertools.islice(records, _HEADER_RECORDS))
        if not start:
            return
        names, is_named = _names(start)
        with self.path.open("rb") as file:
            text = Utf8Stream(file, self.encoding)
            if is_named:
                next(records_of(text, self.dialect))
            yield from _chunks_of(text, names, self.dialect)


def _chunks_of(text: Utf8Stream, names: list[str], dialect: Dialect) -> Iterator["_Cells"]:
    while block := text.block():
        regular = read_regular(block, names, dialect, text.is_last)
        if regular is None:
            yield from _chunked(names, records_before(text.at + len(block), text, dialect))
        else:
            yield _Cells(regular.cells, _line_finder(block, regular.size, text.line, dialect))
            text.skip(regular.size)


def _line_finder(
    block: bytes, size: int, first_line: int, dialect: Dialect
) -> Callable[[int], int]:
    """Says on which line a row of a block's first `size` bytes begins, by reading them once more."""

    def line_of(row: int) -> int:
        text = block[:size]
        records = records_of(Utf8Stream(io.BytesIO(text), "utf-8", first_line), dialect)
        return next(itertools.islice(records, row, None))[0]

    return line_of


def _names(start: list[Record]) -> tuple[list[str], bool]:
    """The columns' names, and whether the first record is them."""
    line, first = start[0]
    if not has_header(first, [cells for _, cells in start[1:]]):
        return [f"column {i}" for i in range(1, len(first) + 1)], False
    names = [cell.strip() or f"column {i}" for i, cell in enumerate(first, start=1)]
    check_names(names, f"In line {line:,}")
    return names, True


def _chunked(names: list[str], records: Iterable[Record]) -> Iterator["_Cells"]:
    lines: list[int] = []
    rows: list[list[str]] = []
    characters = 0
    for line, cells in records:
        if len(cells) != len(names):
            raise _ragged(line, len(cells), len(names))
        lines.append(line)
        rows.append(cells)
        characters += sum(map(len, cells))
        if len(rows) == CHUNK_ROWS or characters >= CHUNK_CHARACTERS:
            yield _of_rows(names, rows, lines)
            lines, rows, characters = [], [], 0
    if rows:
        yield _of_rows(names, rows, lines)


def _of_rows(names: list[str], rows: list[list[str]], lines: list[int]) -> "_Cells":
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return _Cells(pa.record_batch(columns, names), lines.__getitem__)


def _ragged(line: int, found: int, expected: int) -> BadFile:
    return BadFile(
        "ragged_row",
        "A row has the wrong number of cells",
        f"Line {line:,} has {found:,} cells, and the table has {expected:,} columns. "
        "A text that holds the delimiter needs quotation marks around it.",
    )


class _Cells:
    """Some rows, all of texts; what their cells are is found out by column."""

    def __init__(self, cells: pa.RecordBatch, line_of: Callable[[int], int]) -> None:
        self.names: list[str] = cells.schema.names
        self.rows = cells.num_rows
        self._cells = cells
        self._line_of = line_of

    def kind(self, name: str) -> ColumnType | None:
        return cell_kinds.kind_of(self._cells[name])

    def array(self, name: str, type_: ColumnType) -> pa.Array:
        return cell_kinds.as_kind(self._cells[name], type_)

    def place(self, row: int) -> str:
        return f"Line {self._line_of(row):,}"
