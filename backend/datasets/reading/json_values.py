"""Rows of JSON objects: what their fields are, and their values as columns."""

import json
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa

from backend.catalog.columns import ColumnType
from backend.datasets.columns import ARROW, join
from backend.datasets.reading.limits import CHUNK_CHARACTERS, CHUNK_ROWS, MOST_JSON_DEPTH
from backend.datasets.reading.names import shown
from backend.problems import BadFile

Row = dict[str, Any]
Placed = tuple[str, int, Row]
"""Where the row stands, in words; how many characters it took; the row."""

_INT64 = range(-(2**63), 2**63)


class RepeatedKey(ValueError):
    """An object has one key twice."""


def parse(text: str) -> Any:
    """One JSON value.

    Raises json.JSONDecodeError, RepeatedKey, RecursionError (too deep), or ValueError (a number of
    thousands of digits).
    """
    return DECODER.decode(text)


def _once(pairs: list[tuple[str, Any]]) -> Row:
    row = dict(pairs)
    if len(row) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise RepeatedKey(f"the name {shown(twice)} comes twice in one object")
    return row


DECODER = json.JSONDecoder(
    object_pairs_hook=_once,
    parse_constant=lambda _name: None,  # NaN, Infinity: no values that one could learn from
)


def unreadable(place: str, error: Exception) -> BadFile:
    """What `parse` raised, as a problem of the file."""
    if isinstance(error, RecursionError):
        return _too_deep(place)
    if isinstance(error, RepeatedKey):
        return BadFile("duplicate_columns", "Two columns have the same name", f"{place}: {error}.")
    reason = error.msg if isinstance(error, json.JSONDecodeError) else "a number has no end"
    return BadFile(
        "not_json",
        "This is no valid JSON",
        f"{place}: {reason[:1].lower()}{reason[1:]}. Was the file cut off, or edited by hand?",
    )


def not_an_object(place: str, value: object) -> BadFile:
    return BadFile(
        "not_a_table",
        "This JSON is not a table",
        f"{place} holds {in_words(value)}, where an object with one value per column is needed: "
        '{"anchor": "…", "positive": "…"}.',
    )


def in_words(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"


def chunked(rows: Iterable[Placed]) -> Iterator["ValueRows"]:
    """Rows in pieces that fit in memory.

    Raises BadFile where a row has no field at all, or is nested too deeply.
    """
    places: list[str] = []
    kept: list[Row] = []
    characters = 0
    for place, length, row in rows:
        if not row:
            raise not_an_object(place, row)
        _check_depth(place, row)
        places.append(place)
        kept.append(row)
        characters += length
        if len(kept) == CHUNK_ROWS or characters >= CHUNK_CHARACTERS:
            yield ValueRows(kept, places)
            places, kept, characters = [], [], 0
    if kept:
        yield ValueRows(kept, places)


class ValueRows:
    """A chunk of rows as JSON spells them."""

    def __init__(self, rows: list[Row], places: list[str]) -> None:
        self.names = list(dict.fromkeys(name for row in rows for name in row))
        self.rows = len(rows)
        self._places = places
        self._rows = rows

    def kind(self, name: str) -> ColumnType | None:
        kind: ColumnType | None = None
        for value in self._values(name):
            kind = join(kind, _kind(value))
        return kind

    def array(self, name: str, type_: ColumnType) -> pa.Array:
        convert = _CONVERT[type_]
        values = [None if v is None else convert(v) for v in self._values(name)]
        try:
            return pa.array(values, ARROW[type_])
        except UnicodeEncodeError as error:
            place = next(p for p, v in zip(self._places, values, strict=True) if _is_broken(v))
            raise BadFile(
                "wrong_encoding",
                "A character of this file can't be read",
                f"{place}, column {shown(name)}: half of a character (a lone \\ud8xx escape). "
                "Export the file again, or remove that character.",
            ) from error

    def place(self, row: int) -> str:
        return self._places[row]

    def _values(self, name: str) -> list[Any]:
        return [row.get(name) for row in self._rows]


def _kind(value: object) -> ColumnType | None:
    match value:
        case None:
            return None
        case str():
            return ColumnType.TEXT
        case bool():
            return ColumnType.BOOLEAN
        case int():
            return ColumnType.INTEGER if value in _INT64 else ColumnType.TEXT
        case float():
            return ColumnType.NUMBER
        case list() if {type(v) for v in value} & {int, float} and all(map(_may_be_number, value)):
            return ColumnType.NUMBERS
        case _:
            return ColumnType.OTHER


def _text(value: object) -> str:
    return value if isinstance(value, str) else as_json(value)


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _finite(value: float) -> float | None:
    """1e999 is valid JSON and no number that one can count with."""
    return float(value) if math.isfinite(value) else None


def _same(value: object) -> object:
    return value


def _may_be_number(value: object) -> bool:
    """A hole in a list of numbers stays one, so that its row can be named."""
    return value is None or type(value) in (int, float)


def _numbers(values: list[float | None]) -> list[float | None]:
    return [None if value is None else float(value) for value in values]


_CONVERT: dict[ColumnType, Callable[[Any], object]] = {
    ColumnType.TEXT: _text,
    ColumnType.INTEGER: _same,
    ColumnType.NUMBER: _finite,
    ColumnType.BOOLEAN: _same,
    ColumnType.NUMBERS: _numbers,
    ColumnType.OTHER: as_json,
}


def _check_depth(place: str, row: object) -> None:
    """Raises BadFile if lists and objects are nested deeper than anything we read."""
    level: list[object] = [row]
    for _ in range(MOST_JSON_DEPTH):
        level = [v for value in level for v in _inside(value) if isinstance(v, dict | list)]
        if not level:
            return
    raise _too_deep(place)


def _inside(value: object) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _too_deep(place: str) -> BadFile:
    return BadFile(
        "nested_too_deeply",
        "Lists and objects are nested too deeply",
        f"{place}: more than {MOST_JSON_DEPTH} levels. A table's values lie at a row's top level.",
    )


def _is_broken(value: object) -> bool:
    try:
        str(value).encode()
    except UnicodeEncodeError:
        return True
    return False
