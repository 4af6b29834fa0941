"""Conversions of a table that has its parts: each part by itself, so that no text gets across."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from backend.catalog.columns import ColumnType
from backend.datasets.columns import field, type_of
from backend.recipes.column_names import PART_NAMES, plain
from backend.recipes.parts import part_of

PART = "part"
"""What such a column is called where it is made here."""


def by_part(table: pa.Table, convert: Callable[[pa.Table], pa.Table]) -> pa.Table:
    """`convert` of the rows; where a column divides them into parts, of each part's rows by
    itself, in the order in which the parts begin. That column stays, as the last."""
    name = part_column(table)
    if name is None:
        return convert(table)
    column = table.column(name)
    converted = []
    for part in pc.unique(column).to_pylist():
        rows = convert(table.filter(pc.equal(column, part)))
        converted.append(with_part(rows, name, [part] * len(rows)))
    return pa.concat_tables(converted)


def part_column(table: pa.Table) -> str | None:
    """The column that says of every row to train, choose or prove with; None where none does."""
    for column in table.schema:
        if plain(column.name) in PART_NAMES and type_of(column) is ColumnType.TEXT:
            values = pc.unique(table.column(column.name)).to_pylist()
            if values and all(value is not None and part_of(value) for value in values):
                return str(column.name)
    return None


def with_part(table: pa.Table, name: str, parts: list[str]) -> pa.Table:
    """The table with the part of each row as its last column."""
    return table.append_column(field(name, ColumnType.TEXT), pa.array(parts, pa.string()))
