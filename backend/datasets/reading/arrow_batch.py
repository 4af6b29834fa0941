"""Rows as Arrow has them: their kinds are those that the file itself tells."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from backend.catalog.columns import ColumnType
from backend.datasets.columns import ARROW
from backend.datasets.reading.json_values import as_json

_WHOLE_NUMBERS = (
    pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(),
)  # fmt: skip


class ArrowBatch:
    """Some rows; `first` is the number of the first of them, from 1."""

    def __init__(self, batch: pa.RecordBatch, first: int) -> None:
        self.names: list[str] = batch.schema.names
        self.rows: int = batch.num_rows
        self._first = first
        self._columns = dict(zip(self.names, map(_plain, batch.columns), strict=True))

    @property
    def size_bytes(self) -> int:
        """Of its values, each counted as often as it is meant."""
        return sum(array.nbytes for array in self._columns.values())

    def kind(self, name: str) -> ColumnType | None:
        return _kind(self._columns[name].type)

    def array(self, name: str, type_: ColumnType) -> pa.Array:
        array = self._columns[name]
        if type_ is ColumnType.OTHER:
            texts = [None if v is None else as_json(v) for v in array.to_pylist()]
            return pa.array(texts, pa.string())
        safe = type_ not in (ColumnType.NUMBER, ColumnType.NUMBERS)  # 2⁶³ as a float is near enough
        converted = array.cast(ARROW[type_], safe=safe)
        if type_ is ColumnType.NUMBER:  # NaN and infinity: no values that one could learn from
            return pc.if_else(pc.is_finite(converted), converted, pa.scalar(None, pa.float64()))
        return converted

    def place(self, row: int) -> str:
        return f"Row {self._first + row:,}"


def _plain(array: pa.Array) -> pa.Array:
    """Without the wrappings that say nothing of the values: extensions and dictionaries."""
    if isinstance(array, pa.ExtensionArray):
        return _plain(array.storage)
    if pa.types.is_dictionary(array.type):
        return _plain(array.cast(array.type.value_type))
    return array


_TESTS: tuple[tuple[Callable[[pa.DataType], bool], ColumnType], ...] = (
    (pa.types.is_string, ColumnType.TEXT),
    (pa.types.is_large_string, ColumnType.TEXT),
    (pa.types.is_string_view, ColumnType.TEXT),
    (pa.types.is_boolean, ColumnType.BOOLEAN),
    (lambda type_: type_ in _WHOLE_NUMBERS, ColumnType.INTEGER),
    (lambda type_: _is_number(type_), ColumnType.NUMBER),
    (lambda type_: _is_list(type_) and _is_number(type_.value_type), ColumnType.NUMBERS),
)


def _kind(type_: pa.DataType) -> ColumnType | None:
    if pa.types.is_null(type_):
        return None
    return next((kind for test, kind in _TESTS if test(type_)), ColumnType.OTHER)


def _is_number(type_: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_)
    )


def _is_list(type_: pa.DataType) -> bool:
    return bool(
        pa.types.is_list(type_)
        or pa.types.is_large_list(type_)
        or pa.types.is_fixed_size_list(type_)
    )
