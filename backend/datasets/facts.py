"""What one pass over a table's rows tells of its columns."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from backend.catalog.columns import ColumnFacts, ColumnType, TableFacts
from backend.datasets.columns import type_of

MOST_DISTINCT = 100_000
"""Distinct values are counted exactly up to here; then the count says "at least so many"."""

_DISTINCT_IN_ALL = 2_000_000  # over all columns: 16 MB of hashes, however wide the table
_EXAMPLES = 3
_EXAMPLE_CHARACTERS = 200
_MEASURED = (ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.BOOLEAN)


def table_facts(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> TableFacts:
    """The facts of a whole table, seen batch by batch."""
    collector = FactsCollector(schema)
    for batch in batches:
        collector.see(batch)
    return collector.facts()


def to_json(facts: TableFacts) -> dict[str, Any]:
    return asdict(facts)


def from_json(data: dict[str, Any]) -> TableFacts:
    columns = tuple(
        ColumnFacts(**{**c, "type": ColumnType(c["type"]), "examples": tuple(c["examples"])})
        for c in data["columns"]
    )
    return TableFacts(rows=data["rows"], columns=columns)


class FactsCollector:
    """Sees a table batch by batch; memory does not grow with it."""

    def __init__(self, schema: pa.Schema) -> None:
        bound = min(MOST_DISTINCT, _DISTINCT_IN_ALL // max(1, len(schema)))
        self._columns = [_ColumnCollector(f.name, type_of(f), bound) for f in schema]
        self._rows = 0

    def see(self, batch: pa.RecordBatch) -> None:
        self._rows += batch.num_rows
        for column, array in zip(self._columns, batch.columns, strict=True):
            column.see(array)

    def facts(self) -> TableFacts:
        return TableFacts(rows=self._rows, columns=tuple(c.facts() for c in self._columns))


class _ColumnCollector:
    def __init__(self, name: str, type_: ColumnType, most_distinct: int) -> None:
        self._name = name
        self._type = type_
        self._nulls = self._empty = self._seen = self._characters = 0
        self._low: float | None = None
        self._high: float | None = None
        self._distinct = _Distinct(most_distinct)
        self._list_lengths: set[int] = set()
        self._examples: list[str] = []

    def see(self, array: pa.Array) -> None:
        self._nulls += array.null_count
        values = array.drop_null()
        if not len(values):
            return
        self._seen += len(values)
        if self._type in _MEASURED:
            self._see_range(values.cast(pa.float64(), safe=False))  # 2⁵³ + 1 is near enough
            self._distinct.see(values)
        elif self._type is ColumnType.TEXT:
            self._see_texts(values)
        elif self._type is ColumnType.NUMBERS and len(self._list_lengths) < 2:
            self._list_lengths |= set(pc.unique(pc.list_value_length(values)).to_pylist())
        if len(self._examples) < _EXAMPLES:
            self._see_examples(values)

    def _see_texts(self, texts: pa.Array) -> None:
        lengths = pc.utf8_length(texts)
        self._characters += pc.sum(lengths).as_py()
        self._see_range(lengths)
        written = pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(texts)), 0)
        self._empty += len(texts) - pc.sum(written).as_py()
        self._distinct.see(texts.filter(written))

    def _see_range(self, values: pa.Array) -> None:
        bounds = pc.min_max(values)
        low, high = float(bounds["min"].as_py()), float(bounds["max"].as_py())
        self._low = low if self._low is None else min(self._low, low)
        self._high = high if self._high is None else max(self._high, high)

    def _see_examples(self, values: pa.Array) -> None:
        for value in values.slice(0, 100).to_pylist():
            text = _printable(str(value))
            if text.strip() and text not in self._examples and len(self._examples) < _EXAMPLES:
                self._examples.append(text)

    def facts(self) -> ColumnFacts:
        return ColumnFacts(
            name=self._name,
            type=self._type,
            nulls=self._nulls,
            empty=self._empty,
            distinct=self._distinct.count,
            minimum=self._low,
            maximum=self._high,
            mean_characters=self._characters / self._seen
            if self._type is ColumnType.TEXT and self._seen
            else None,
            list_length=next(iter(self._list_lengths)) if len(self._list_lengths) == 1 else None,
            examples=tuple(self._examples),
        )


class _Distinct:
    """Counts distinct values by their 64-bit hashes, until there are more than `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._hashes: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)

    @property
    def count(self) -> int:
        return min(len(self._hashes), self._most)

    def see(self, values: pa.Array) -> None:
        if len(self._hashes) >= self._most:
            return
        unique = pc.unique(values).to_pylist()
        new = np.fromiter(map(hash, unique), dtype=np.int64, count=len(unique))
        self._hashes = np.union1d(self._hashes, new)


def _printable(text: str) -> str:
    """The start of a value, without the control characters that PostgreSQL refuses in JSON."""
    start = text[:_EXAMPLE_CHARACTERS]
    return "".join(c if c.isprintable() else " " for c in start)
