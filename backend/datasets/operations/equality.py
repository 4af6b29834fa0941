"""Cells that are exactly a value: which kinds of column can hold it, and where they do."""

from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from backend.catalog.columns import ColumnType

Value: TypeAlias = bool | int | float | str

KINDS_OF_VALUE: dict[type, tuple[ColumnType, ...]] = {
    str: (ColumnType.TEXT,),
    bool: (ColumnType.BOOLEAN,),
    int: (ColumnType.INTEGER, ColumnType.NUMBER),
    float: (ColumnType.INTEGER, ColumnType.NUMBER),
}


def equals(values: pa.ChunkedArray, wanted: Value) -> pa.ChunkedArray:
    """Where a column of a fitting kind holds it; null where it holds nothing."""
    if isinstance(wanted, int | float) and not isinstance(wanted, bool):
        return pc.equal(values.cast(pa.float64(), safe=False), float(wanted))
    return pc.equal(values, wanted)
