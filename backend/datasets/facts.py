"""What one pass over a table's rows tells of its columns."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from backend.catalog.columns import MOST_COUNTED, ColumnFacts, ColumnType, TableFacts
from backend.datasets.columns import type_of
from backend.datasets.list_facts import Lists

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
        self._lists = Lists()
        self._counts: Counter[str] | None = Counter()  # None: there are too many values
        self._examples: list[str] = []

    def see(self, array: pa.Array) -> None:
        self._nulls += array.null_count
        if self._type is ColumnType.NUMBERS:
            self._lists.see(array)
        values = array.drop_null()
        if not len(values):
            return
        self._seen += len(values)
        if self._type in _MEASURED:
            self._see_range(values.cast(pa.float64(), safe=False))  # 2⁵³ + 1 is near enough
            self._distinct.see(values)
        elif self._type is ColumnType.TEXT:
            self._see_texts(values)
        if len(self._examples) < _EXAMPLES:
            self._see_examples(values)

    def _see_texts(self, texts: pa.Array) -> None:
        lengths = pc.utf8_length(texts)
        self._characters += pc.sum(lengths).as_py()
        self._see_range(lengths)
        is_blank = pc.or_(pc.equal(lengths, 0), pc.utf8_is_space(texts))
        blanks = pc.sum(is_blank).as_py()
        self._empty += blanks
        written = texts.filter(pc.invert(is_blank)) if blanks else texts
        self._distinct.see(written)
        self._count(written)

    def _count(self, texts: pa.Array) -> None:
        if self._counts is None:
            return
        for pair in pc.value_counts(texts)[: MOST_COUNTED + 1]:
            self._counts[_printable(pair["values"].as_py())] += pair["counts"].as_py()
        if len(self._counts) > MOST_COUNTED:
            self._counts = None

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
            list_length=self._lists.length,
            ragged_row=self._lists.ragged_row,
            hole_row=self._lists.hole_row,
            are_shares=self._lists.are_shares,
            examples=tuple(self._examples),
            counts=dict(self._counts or {}),
        )


class _Distinct:
    """Counts distinct values by 64 bits of each, until there are more than `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._hashes: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)

    @property
    def count(self) -> int:
        return min(len(self._hashes), self._most)

    def see(self, values: pa.Array) -> None:
        if len(self._hashes) >= self._most:
            return
        new = np.unique(_hashes(pc.unique(values)))
        new = new[~_are_among(self._hashes, new)]
        self._hashes = np.sort(np.concatenate([self._hashes, new]), kind="stable")  # two runs: fast


def _are_among(known: npt.NDArray[np.int64], some: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which of `some` are in `known`, which is sorted."""
    if not len(known):
        return np.zeros(len(some), dtype=np.bool_)
    places = np.searchsorted(known, some).clip(max=len(known) - 1)
    found: npt.NDArray[np.bool_] = known[places] == some
    return found


def _hashes(values: pa.Array) -> npt.NDArray[np.int64]:
    """64 bits for each value: a number's own, for Python hashes −1 and −2 alike."""
    if pa.types.is_string(values.type):
        return np.fromiter(map(hash, values.to_pylist()), dtype=np.int64, count=len(values))
    numbers = values.cast(pa.int64()) if pa.types.is_boolean(values.type) else values
    plain: npt.NDArray[Any] = numbers.to_numpy()
    if plain.dtype.kind == "f":
        plain = (plain + 0.0).view(np.int64)  # −0 is 0
    return plain.astype(np.int64)


def _printable(text: str) -> str:
    """The start of a value, without the control characters that PostgreSQL refuses in JSON."""
    start = text[:_EXAMPLE_CHARACTERS]
    return "".join(c if c.isprintable() else " " for c in start)
