"""A version's rows as the engine takes them: the inputs in their order, then `label`.

Pure. Split first, on `complete` rows; then map each part, with the classes of the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from backend.catalog.columns import input_name
from backend.catalog.rows import Label
from backend.recipes.schemas import Mapping

LABEL = "label"

Class: TypeAlias = str | int | bool


@dataclass(frozen=True, kw_only=True)
class Complete:
    """The rows in which nothing that is mapped is missing, and how many were left out."""

    table: pa.Table
    dropped: int


def complete(table: pa.Table, mapping: Mapping) -> Complete:
    """Leave out rows whose label or one of whose texts is null or blank; all columns stay."""
    needed = [*mapping.inputs, *([mapping.label] if mapping.label else [])]
    keep = pa.chunked_array([pa.array([True] * len(table))])
    for name in needed:
        keep = pc.and_(keep, _is_there(table.column(name)))
    kept = table.filter(keep)
    return Complete(table=kept, dropped=len(table) - len(kept))


def classes_of(table: pa.Table, label: str) -> list[Class]:
    """The distinct values of a class label, sorted: a class's number is its place here."""
    return sorted(pc.unique(table.column(label)).drop_null().to_pylist())


def apply_mapping(
    table: pa.Table, mapping: Mapping, kind: Label, classes: Sequence[Class] | None = None
) -> pa.Table:
    """The mapped columns alone: texts in order, then the label as `kind` of label needs it.

    Scores become floats, brought to 0…1 by the mapping's range where it has one; binary labels 0 or
    1; classes their number in `classes`, by default those of this table. An input that is called
    as labels are is given another name, for the engine goes by names.
    """
    columns = {input_name(name): table.column(name) for name in mapping.inputs}
    if mapping.label is not None and kind is not Label.NONE:
        values = table.column(mapping.label)
        if kind is Label.CLASS:
            values = _numbered(values, classes or classes_of(table, mapping.label))
        elif kind is Label.BINARY:
            values = values.cast(pa.int64())
        elif kind is Label.SCORE:
            values = _scaled(values.cast(pa.float64()), mapping.label_range)
        columns[LABEL] = values
    return pa.table(columns)


def _is_there(column: pa.ChunkedArray) -> pa.ChunkedArray:
    there = pc.is_valid(column)
    if pa.types.is_string(column.type):
        blank = pc.equal(pc.utf8_trim_whitespace(column), "")
        return pc.and_(there, pc.fill_null(pc.invert(blank), False))
    return there


def _numbered(values: pa.ChunkedArray, classes: Sequence[Class]) -> pa.ChunkedArray:
    return pc.index_in(values, value_set=pa.array(classes, values.type)).cast(pa.int64())


def _scaled(scores: pa.ChunkedArray, bounds: tuple[float, float] | None) -> pa.ChunkedArray:
    if bounds is None:
        return scores
    low, high = bounds
    return pc.divide(pc.subtract(scores, low), high - low)
