"""Rows that say again what an earlier one says."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import pyarrow as pa
from pydantic import Field

from backend.catalog.columns import ColumnType, TableFacts
from backend.datasets.columns import type_of
from backend.datasets.operations.columns_named import column_of
from backend.datasets.operations.near import Words, repeats, words_of
from backend.datasets.operations.operation import TEXTS, Operation
from backend.datasets.reading.json_values import as_json
from backend.datasets.split import Indices, normal
from backend.problems import Pointer, Problem
from backend.recipes.schemas import ColumnName
from backend.recipes.words import and_list, counted


class DropDuplicates(Operation):
    """The first of several stays, and with it the order. Case and spacing make no difference.
    With `near`, rows go too whose words are mostly those of an earlier row, in every column."""

    name: ClassVar[str] = "drop_duplicates"
    purpose: ClassVar[str] = "Keep the first of several rows that say the same."

    columns: list[ColumnName] = column_of(
        default_factory=list, description="Those that are compared; none chosen: all."
    )
    near: bool = Field(False, description="Also rows that say nearly the same.")
    threshold: float = Field(
        0.8, gt=0, le=1, description="Rows that share this part of their words say nearly the same."
    )

    def problems(self, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
        yield from super().problems(facts, at)
        if self.near and not any(
            column.type in TEXTS
            for column in facts.columns
            if column.name in (self.columns or facts.names)
        ):
            yield Problem(
                code="no_texts",
                title="There are no texts to compare",
                detail="Only texts can be near to each other; none of these columns holds any.",
                at=at / "parameters" / "columns",
            )

    def apply(self, table: pa.Table) -> pa.Table:
        compared = table.select(list(dict.fromkeys(self.columns)) or table.schema.names)
        first = pa.array(_first_of_each(compared))
        left = table.take(first)
        if not self.near:
            return left
        again = set(repeats(_words(compared.take(first)), self.threshold))
        return left.filter(pa.array([row not in again for row in range(len(left))], pa.bool_()))

    def sentence(self, before: int, after: int) -> str:
        nearly = "nearly " if self.near else ""
        where = f" in {and_list(self.columns)}" if self.columns else ""
        return (
            f"Left out {counted(before - after, 'row')} that {nearly}repeat an earlier one{where}."
        )


def _first_of_each(table: pa.Table) -> Indices:
    """The first row of each that differ, ascending."""
    codes_RC = np.stack([_codes(table, i) for i in range(table.num_columns)], axis=1)
    _, first = np.unique(codes_RC, axis=0, return_index=True)
    return np.sort(first)


def _codes(table: pa.Table, place: int) -> Indices:
    """A number for each cell; the same for the same text in other case or spacing."""
    kind, cells = type_of(table.schema.field(place)), table.column(place)
    if kind is ColumnType.NUMBERS:
        cells = pa.chunked_array([[None if v is None else as_json(v) for v in cells.to_pylist()]])
    encoded = cells.combine_chunks().dictionary_encode()
    codes: Indices = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    if kind is ColumnType.TEXT:
        number_of: dict[str, int] = {}
        texts = map(normal, encoded.dictionary.to_pylist())
        numbers = [number_of.setdefault(text, len(number_of)) for text in texts]
        return np.array([*numbers, -1], dtype=np.int64)[codes]
    return codes


def _words(table: pa.Table) -> list[list[Words]]:
    """The words of each column's cells, texts that differ most first. What is no text is one word:
    near is the same."""
    texts, others = [], []
    for place, column in enumerate(table.schema):
        cells = table.column(place).to_pylist()
        if type_of(column) is ColumnType.TEXT:
            texts.append([words_of(cell) for cell in cells])
        else:
            others.append([frozenset({as_json(cell)}) for cell in cells])
    return [*sorted(texts, key=lambda words: -len(set(words))), *others]
