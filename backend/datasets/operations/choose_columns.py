"""Which columns there are, in which order, and what they are called. Rows stay as they are."""

from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

import pyarrow as pa
from pydantic import Field

from backend.catalog.columns import TableFacts
from backend.datasets.operations.columns_named import column_of, taken_name, unknown_column
from backend.datasets.operations.operation import Operation
from backend.datasets.reading.limits import MOST_COLUMNS
from backend.problems import Pointer, Problem
from backend.recipes.schemas import ColumnName, Strict
from backend.recipes.words import and_list


class Column(Strict):
    """A column that stays, under its own name or another."""

    name: ColumnName
    rename: ColumnName | None = None

    @property
    def new_name(self) -> str:
        return self.rename or self.name


class ChooseColumns(Operation):
    """Those named stay, in the order in which they are named."""

    name: ClassVar[str] = "choose_columns"
    purpose: ClassVar[str] = "Keep these columns, in this order and under these names."

    columns: list[Column] = Field(min_length=1, max_length=MOST_COLUMNS)

    def problems(self, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
        counts = Counter(each.new_name for each in self.columns)
        for i, each in enumerate(self.columns):
            place = at / "parameters" / "columns" / i
            if facts.column(each.name) is None:
                yield unknown_column(facts, each.name, place / "name")
            if counts[each.new_name] > 1:
                yield _twice(each.new_name, place)
            elif not each.new_name.strip() or not each.new_name.isprintable():
                yield _unusable(each.new_name, place)

    def apply(self, table: pa.Table) -> pa.Table:
        chosen = table.select([each.name for each in self.columns])
        return chosen.rename_columns([each.new_name for each in self.columns])

    def sentence(self, before: int, after: int) -> str:
        names = [
            f"{each.name} as {each.rename}" if each.rename else each.name for each in self.columns
        ]
        return f"Kept {and_list(names)}."


class DropColumns(Operation):
    """All others stay, in their order."""

    name: ClassVar[str] = "drop_columns"
    purpose: ClassVar[str] = "Leave these columns out; all others stay."

    columns: list[ColumnName] = column_of(min_length=1)

    def problems(self, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
        yield from super().problems(facts, at)
        if set(facts.names) <= set(self.columns):
            yield Problem(
                code="no_columns_left",
                title="No column would be left",
                detail="These are all columns that there are; leave out fewer.",
                at=at / "parameters" / "columns",
            )

    def apply(self, table: pa.Table) -> pa.Table:
        return table.drop_columns(list(dict.fromkeys(self.columns)))

    def sentence(self, before: int, after: int) -> str:
        return f"Left out {and_list(self.columns)}."


class SwapColumns(Operation):
    """What stood under one name stands under the other; names stay where they are. Twice is none."""

    name: ClassVar[str] = "swap_columns"
    purpose: ClassVar[str] = "Swap two columns, where questions stand in place of answers."

    one: ColumnName = column_of()
    other: ColumnName = column_of()

    def problems(self, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
        yield from super().problems(facts, at)
        if self.one == self.other:
            yield taken_name(self.one, at / "parameters" / "other")

    def apply(self, table: pa.Table) -> pa.Table:
        turned = {self.one: self.other, self.other: self.one}
        names = table.schema.names
        return table.select([turned.get(name, name) for name in names]).rename_columns(names)

    def sentence(self, before: int, after: int) -> str:
        return f"Swapped {self.one} and {self.other}."


def _twice(name: str, at: Pointer) -> Problem:
    return Problem(
        code="duplicate_columns",
        title="Two columns would have the same name",
        detail=f"More than one column would be called {name!r}. Rename all but one.",
        at=at,
    )


def _unusable(name: str, at: Pointer) -> Problem:
    return Problem(
        code="bad_column_name",
        title="A column would have no usable name",
        detail=f"{name!r} can't be shown. A name has printable characters.",
        at=at / "rename",
    )
