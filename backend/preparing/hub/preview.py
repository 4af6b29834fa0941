"""What the first rows tell: the columns that they would become, and what one could train."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from backend.catalog.columns import ColumnFacts, ColumnType, TableFacts
from backend.datasets.reading.json_values import as_json
from backend.datasets.reading.parquet import write_parquet
from backend.preparing.hub.columns import Shape, as_columns
from backend.preparing.hub.first_rows import FirstRows
from backend.problems import BadFile
from backend.recipes.fits import Fit, fits
from backend.recipes.formats import recognise
from backend.recipes.mapping import propose
from backend.recipes.schemas import Mapping

_MOST_BYTES = 16_000_000


@dataclass(frozen=True, kw_only=True)
class Column:
    """`classes` are the names that its whole numbers stand for."""

    name: str
    type: ColumnType
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Preview:
    """All of it is judged by these rows alone; `left_out` are columns without text or number."""

    columns: tuple[Column, ...]
    rows: tuple[dict[str, Any], ...]
    left_out: tuple[str, ...]
    sentence: str
    mapping: Mapping | None
    fits: tuple[Fit, ...]


def preview_of(first: FirstRows) -> Preview:
    """The rows as an import would keep them."""
    shape = Shape.of(first.features)
    table = as_columns(_table(first.rows, shape), shape)
    facts = _with_classes(_facts(table), shape)
    mapping = propose(facts)
    return Preview(
        columns=tuple(
            Column(
                name=column.name,
                type=column.type,
                classes=tuple(shape.classes.get(column.name, ())),
            )
            for column in facts.columns
        ),
        rows=tuple(table.to_pylist()),
        left_out=shape.left_out,
        sentence=recognise(facts, mapping).sentence,
        mapping=mapping,
        fits=tuple(fits(mapping, facts)) if mapping else (),
    )


def _table(rows: list[dict[str, Any]], shape: Shape) -> pa.Table:
    columns = [_array([row.get(name) for row in rows]) for name in shape.usable]
    return pa.table(columns, names=list(shape.usable))


def _array(values: list[Any]) -> pa.Array:
    """What JSON holds; cells that differ in kind, as their JSON."""
    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError):
        return pa.array([None if value is None else as_json(value) for value in values])


def _facts(table: pa.Table) -> TableFacts:
    """As the import's own reading finds them; of nothing where there is nothing to read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "first.parquet"
        pq.write_table(table, path)
        try:
            written, _ = write_parquet(path, Path(folder) / "rows.parquet", _MOST_BYTES)
        except BadFile:  # no rows, or names that can't be spoken of: the import will say which
            return TableFacts(rows=0, columns=())
    return written.facts


def _with_classes(facts: TableFacts, shape: Shape) -> TableFacts:
    """Rows are often sorted by class: that the first show one doesn't mean that there is one."""

    def whole(column: ColumnFacts) -> ColumnFacts:
        names = shape.classes.get(column.name)
        if not names or column.type is not ColumnType.INTEGER:
            return column
        return replace(column, distinct=len(names), minimum=0.0, maximum=float(len(names) - 1))

    return replace(facts, columns=tuple(whole(column) for column in facts.columns))
