"""Lists of texts, kept as JSON: each text as a row of its own, or as a column."""

import json
from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import pyarrow as pa
from pydantic import Field

from backend.catalog.columns import ColumnType, TableFacts
from backend.datasets.columns import field
from backend.datasets.operations.columns_named import column_of, taken_name
from backend.datasets.operations.operation import Operation
from backend.datasets.reading.json_values import in_words
from backend.problems import Invalid, Pointer, Problem
from backend.recipes.schemas import MOST_INPUTS, ColumnName
from backend.recipes.words import counted

_AT = Pointer("/parameters/column")
_LISTS = (ColumnType.OTHER, ColumnType.TEXT)  # as CSV, which knows no lists, carries them


class SpreadPositives(Operation):
    """All other columns are repeated; a row with an empty list, or none, goes."""

    name: ClassVar[str] = "spread_positives"
    purpose: ClassVar[str] = "Make a row of each text in a list, such as several right answers."

    column: ColumnName = column_of(*_LISTS)

    def apply(self, table: pa.Table) -> pa.Table:
        lists = list(lists_of_texts(table, self.column))
        rows = np.repeat(np.arange(len(table)), [len(texts) for texts in lists])
        spread = pa.array([text for texts in lists for text in texts], pa.string())
        place = table.schema.get_field_index(self.column)
        taken = table.take(pa.array(rows, pa.int64()))
        return taken.set_column(place, field(self.column, ColumnType.TEXT), spread)

    def sentence(self, before: int, after: int) -> str:
        return f"Spread the lists of {self.column}: {counted(before, 'row')} became {after:,}."


class SpreadNegatives(Operation):
    """Columns negative_1, negative_2 … stand where the list stood; a shorter list leaves the last of
    them empty, and such rows are left out of a training that uses them all."""

    name: ClassVar[str] = "spread_negatives"
    purpose: ClassVar[str] = "Make columns of the texts in a list, such as several wrong answers."

    column: ColumnName = column_of(*_LISTS)
    most: int | None = Field(
        None,
        ge=1,
        le=MOST_INPUTS,
        description="So many columns at most; the rest of a longer list is left out. Empty: all.",
    )

    def problems(self, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
        yield from super().problems(facts, at)
        others = [name for name in facts.names if name != self.column]
        new = {_name(i) for i in range(self.most or MOST_INPUTS)}
        if taken := sorted(new.intersection(others)):
            yield taken_name(taken[0], at / "parameters" / "column")

    def apply(self, table: pa.Table) -> pa.Table:
        lists = list(lists_of_texts(table, self.column))
        longest = max(map(len, lists), default=0)
        if self.most is None and longest > MOST_INPUTS:
            raise Invalid(_too_long(longest, [len(texts) for texts in lists].index(longest)))
        place = table.schema.get_field_index(self.column)
        table = table.remove_column(place)
        for i in range(min(longest, self.most or MOST_INPUTS)):
            texts = pa.array([own[i] if i < len(own) else None for own in lists], pa.string())
            table = table.add_column(place + i, field(_name(i), ColumnType.TEXT), texts)
        return table

    def sentence(self, before: int, after: int) -> str:
        return f"Made columns negative_1, negative_2 … of the lists of {self.column}."


def lists_of_texts(table: pa.Table, column: str) -> Iterator[list[str]]:
    """The list of each row; an empty cell is an empty list.

    Raises Invalid, naming the row, where something is no list of texts.
    """
    for row, cell in enumerate(table.column(column).to_pylist()):
        value = [] if cell is None or not cell.strip() else _parsed(cell, row)
        if not isinstance(value, list):
            raise Invalid(_no_list(row, f"holds {in_words(value)}"))
        for text in value:
            if not isinstance(text, str):
                raise Invalid(_no_list(row, f"holds {in_words(text)} in its list"))
            if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
                raise Invalid(_no_list(row, "holds half of a character in its list"))
        yield value


def _parsed(cell: str, row: int) -> object:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError) as error:
        raise Invalid(_no_list(row, "holds a text")) from error


def _name(i: int) -> str:
    return f"negative_{i + 1}"


def _no_list(row: int, what: str) -> Problem:
    return Problem(
        code="no_list_of_texts",
        title="This is no list of texts",
        detail=f'Row {row + 1:,} {what}, where a list of texts is needed: ["…", "…"]. '
        "Mend the row, or leave it out first.",
        at=_AT,
    )


def _too_long(longest: int, row: int) -> Problem:
    return Problem(
        code="too_many_columns",
        title="A list is too long to become columns",
        detail=f"Row {row + 1:,} has a list of {longest:,} texts; at most {MOST_INPUTS} can become "
        "columns. Say with `most` how many are enough.",
        at=_AT,
    )
