"""The six kinds of column as Arrow keeps them. Every version's Parquet holds these and no others.

A value of another kind (an object, a date, a list of texts) is kept as its JSON text, and the
column says so in its field's metadata.
"""

import pyarrow as pa

from backend.catalog.columns import ColumnType

ARROW: dict[ColumnType, pa.DataType] = {
    ColumnType.TEXT: pa.string(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.NUMBERS: pa.list_(pa.float64()),
    ColumnType.OTHER: pa.string(),
}
_AS_JSON = {b"likewise": b"json"}
_SCALARS = (ColumnType.TEXT, ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.BOOLEAN)


def field(name: str, type_: ColumnType) -> pa.Field:
    return pa.field(name, ARROW[type_], metadata=_AS_JSON if type_ is ColumnType.OTHER else None)


def type_of(column: pa.Field) -> ColumnType:
    """The kind of a column that `field` made."""
    if column.metadata and b"likewise" in column.metadata:
        return ColumnType.OTHER
    return next(kind for kind, arrow in ARROW.items() if column.type.equals(arrow))


def join(one: ColumnType | None, other: ColumnType | None) -> ColumnType | None:
    """The narrowest kind that holds the values of both; None is that of no values."""
    if one is None or other is None or one is other:
        return one or other
    if {one, other} == {ColumnType.INTEGER, ColumnType.NUMBER}:
        return ColumnType.NUMBER
    return ColumnType.TEXT if one in _SCALARS and other in _SCALARS else ColumnType.OTHER
