"""The records of a delimited text by Python's reader: strict, and each with its line."""

import csv
from collections.abc import Iterator

from backend.datasets.reading.csv_dialect import Dialect
from backend.datasets.reading.limits import MOST_CELL_CHARACTERS
from backend.datasets.reading.utf8_stream import Utf8Stream
from backend.datasets.reading.write import cell_too_long

Record = tuple[int, list[str]]
"""The line on which it begins, from 1, and its cells."""


class BrokenQuotes(Exception):
    """The quotation marks do not pair in this dialect; perhaps in another."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def records_of(text: Utf8Stream, dialect: Dialect) -> Iterator[Record]:
    """The records of what is still unread; none for an empty line. Of `text` no more is read than
    the records that were asked for.

    Raises BrokenQuotes, or BadFile where something is longer than it may be.
    """
    csv.field_size_limit(MOST_CELL_CHARACTERS)  # one for the process, and ours is the only one
    reader = csv.reader(text.lines(), **dialect.reader_options())
    while True:
        line = text.line
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if "field limit" in str(error) and text.line == line + 1:
                raise cell_too_long(f"Line {line:,}", MOST_CELL_CHARACTERS + 1) from error
            raise BrokenQuotes(line, str(error)) from error
        if cells is None:
            return
        if cells:
            yield line, cells


def records_before(end: int, text: Utf8Stream, dialect: Dialect) -> Iterator[Record]:
    """Those that begin before byte `end` of the text."""
    for record in records_of(text, dialect):
        yield record
        if text.at >= end:
            return
