"""CSV and its kin: any delimiter, quoting and encoding, with or without names on top."""

import csv
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TextIO

import pyarrow as pa

from backend.catalog.columns import ColumnType
from backend.datasets.reading import cell_kinds
from backend.datasets.reading.csv_dialect import Dialect, has_header, plausible
from backend.datasets.reading.encoding import encoding_of
from backend.datasets.reading.limits import (
    CHUNK_CHARACTERS,
    CHUNK_ROWS,
    MOST_CELL_CHARACTERS,
)
from backend.datasets.reading.lines import lines_of
from backend.datasets.reading.names import check_names
from backend.datasets.reading.write import Written, cell_too_long, write_table
from backend.problems import BadFile

_USUAL = {".tsv": "\t", ".tab": "\t"}
_SAMPLE_CHARACTERS = 1 << 18
_HEADER_RECORDS = 200

Record = tuple[int, list[str]]
"""The line on which it begins, from 1, and its cells."""


class BrokenQuotes(Exception):
    """The quotation marks do not pair in this dialect; perhaps in another."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


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

    def chunks(self) -> Iterator["_Rows"]:
        with self.path.open(encoding=self.encoding, newline="") as file:
            records = self._records(file)
            start = list(itertools.islice(records, _HEADER_RECORDS))
            if not start:
                return
            names, start = _names(start)
            yield from _chunked(names, itertools.chain(start, records))

    def _records(self, file: TextIO) -> Iterator[Record]:
        csv.field_size_limit(MOST_CELL_CHARACTERS)  # one for the process, and ours is the only one
        reader = csv.reader(lines_of(file), **self.dialect.reader_options())
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                if "field limit" in str(error) and reader.line_num == line:
                    raise cell_too_long(f"Line {line:,}", MOST_CELL_CHARACTERS + 1) from error
                raise BrokenQuotes(line, str(error)) from error
            if cells is None:
                return
            if cells:  # an empty line is no row
                yield line, cells


def _names(start: list[Record]) -> tuple[list[str], list[Record]]:
    """The columns' names, and the records that are rows."""
    line, first = start[0]
    if not has_header(first, [cells for _, cells in start[1:]]):
        return [f"column {i}" for i in range(1, len(first) + 1)], start
    names = [cell.strip() or f"column {i}" for i, cell in enumerate(first, start=1)]
    check_names(names, f"In line {line:,}")
    return names, start[1:]


def _chunked(names: list[str], records: Iterator[Record]) -> Iterator["_Rows"]:
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
            yield _Rows(names, rows, lines)
            lines, rows, characters = [], [], 0
    if rows:
        yield _Rows(names, rows, lines)


def _ragged(line: int, found: int, expected: int) -> BadFile:
    return BadFile(
        "ragged_row",
        "A row has the wrong number of cells",
        f"Line {line:,} has {found:,} cells, and the table has {expected:,} columns. "
        "A text that holds the delimiter needs quotation marks around it.",
    )


class _Rows:
    """A chunk of records; what their cells are is found out by column."""

    def __init__(self, names: list[str], rows: Sequence[list[str]], lines: list[int]) -> None:
        self.names = names
        self.rows = len(rows)
        self._lines = lines
        columns = zip(*rows, strict=True)
        self._cells = {
            name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)
        }

    def kind(self, name: str) -> ColumnType | None:
        return cell_kinds.kind_of(self._cells[name])

    def array(self, name: str, type_: ColumnType) -> pa.Array:
        return cell_kinds.as_kind(self._cells[name], type_)

    def place(self, row: int) -> str:
        return f"Line {self._lines[row]:,}"
