"""JSON: an array of objects, read in pieces; or an object of arrays, which is read whole."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from backend.datasets.reading.encoding import unicode_of
from backend.datasets.reading.json_values import (
    DECODER,
    Placed,
    ValueRows,
    chunked,
    in_words,
    not_an_object,
    parse,
    unreadable,
)
from backend.datasets.reading.limits import MOST_LINE_CHARACTERS, MOST_WHOLE_JSON_BYTES
from backend.datasets.reading.names import check_names, shown
from backend.datasets.reading.write import Written, write_table
from backend.problems import BadFile

_BLANK = " \t\r\n"
_READ_CHARACTERS = 1 << 20
_A_TABLE = (
    'A table in JSON is an array of objects, [{"anchor": "…"}, …], '
    'or an object of arrays, {"anchor": ["…", …]}.'
)


def write_json(path: Path, place: Path) -> tuple[Written, dict[str, str]]:
    """Write the table in a JSON file to `place`; also how the file was written.

    Raises BadFile, naming line and column.
    """
    encoding = unicode_of(path)

    def chunks() -> Iterator[ValueRows]:
        with path.open(encoding=encoding, newline="\n") as file:
            window = _Window(file)
            is_array = window.peek() == "["
            yield from chunked(_of_array(window) if is_array else _of_object(path, encoding))

    return write_table(chunks, place), {"encoding": encoding}


def _of_array(window: "_Window") -> Iterator[Placed]:
    window.skip("[")
    if window.peek() != "]":
        while True:
            place = window.place()
            characters, value = window.value()
            if not isinstance(value, dict):
                raise not_an_object(place, value)
            yield place, characters, value
            if window.peek() == "]":
                break
            window.skip(",")
    window.skip("]")
    if window.peek():
        raise _unexpected(window, "the end of the file")


def _of_object(path: Path, encoding: str) -> Iterator[Placed]:
    if path.stat().st_size > MOST_WHOLE_JSON_BYTES:
        raise BadFile(
            "too_large_as_columns",
            "This JSON can't be read in pieces",
            f"It is no array of rows, and larger than {MOST_WHOLE_JSON_BYTES / 1e6:.0f} MB. "
            "Export it as JSON Lines, one object a line, or as Parquet.",
        )
    columns = _columns(path.read_text(encoding))
    for i, values in enumerate(zip(*columns.values(), strict=True), start=1):
        yield f"Item {i:,}", 0, dict(zip(columns, values, strict=True))


def _columns(text: str) -> dict[str, list[Any]]:
    try:
        table = parse(text)
    except json.JSONDecodeError as error:
        raise unreadable(f"Line {error.lineno:,}, column {error.colno:,}", error) from error
    except (ValueError, RecursionError) as error:
        raise unreadable("Somewhere in the file", error) from error
    if not isinstance(table, dict) or not table:
        what = in_words(table) if table else "nothing"
        raise BadFile("not_a_table", "This JSON is not a table", f"It holds {what}. {_A_TABLE}")
    check_names(list(table), "In this file")
    for name, values in table.items():
        if not isinstance(values, list):
            detail = f"The value of {shown(name)} is {in_words(values)}, not a list. {_A_TABLE}"
            raise BadFile("not_a_table", "This JSON is not a table", detail)
    _check_lengths(table)
    return table


def _check_lengths(table: dict[str, list[Any]]) -> None:
    (first, values), *rest = table.items()
    for name, others in rest:
        if len(others) != len(values):
            raise BadFile(
                "ragged_columns",
                "The columns are of different lengths",
                f"{shown(first)} has {len(values):,} values and {shown(name)} {len(others):,}. "
                "Each row needs a value in each column; null says that there is none.",
            )


class _Window:
    """The part of a text that is being read, and where it lies in the whole."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._counted = 0  # how far lines and columns are known, which are of that place
        self._line = self._column = 1

    def peek(self) -> str:
        """The next sign that isn't blank, without taking it; empty at the end of the file."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _BLANK:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more(_READ_CHARACTERS):
                return ""

    def skip(self, sign: str) -> None:
        if self.peek() != sign:
            raise _unexpected(self, shown(sign))
        self._at += 1

    def value(self) -> tuple[int, Any]:
        """How many characters the next value takes, and the value."""
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._has_room() and self._more(max(_READ_CHARACTERS, len(self._text))):
                    continue
                raise unreadable(self.place(error.pos), error) from error
            except (ValueError, RecursionError) as error:
                raise unreadable(self.place(), error) from error
            if end == len(self._text) and self._more(_READ_CHARACTERS):
                continue  # a number may go on
            characters, self._at = end - self._at, end
            return characters, value

    def place(self, at: int | None = None) -> str:
        """Line and column of what comes next, or of a place that is not before it."""
        if at is None:
            self.peek()
            at = self._at
        self._count(at)
        return f"Line {self._line:,}, column {self._column:,}"

    def _count(self, at: int) -> None:
        """Take what lies before `at` into account; each character once, or long files take days."""
        breaks = self._text.count("\n", self._counted, at)
        if breaks:
            self._line += breaks
            self._column = at - self._text.rfind("\n", self._counted, at)
        else:
            self._column += at - self._counted
        self._counted = at

    def _has_room(self) -> bool:
        return len(self._text) - self._at < MOST_LINE_CHARACTERS

    def _more(self, characters: int) -> bool:
        """Read on, and let go of what was taken; False at the end of the file."""
        new = self._file.read(characters)
        if not new:
            return False
        self._count(self._at)
        self._text = self._text[self._at :] + new
        self._at = self._counted = 0
        return True


def _unexpected(window: _Window, wanted: str) -> BadFile:
    found = window.peek()
    what = shown(found) if found else "the end of the file"
    return BadFile(
        "not_json",
        "This is no valid JSON",
        f"{window.place()}: {what} where {wanted} belongs. Was the file cut off, "
        "or edited by hand?",
    )
