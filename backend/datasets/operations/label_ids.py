"""Names of classes as whole numbers; the names are kept in the operation's record."""

from collections import Counter
from collections.abc import Iterator
from typing import ClassVar, Self

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from backend.catalog.columns import MOST_CLASSES, ColumnFacts, ColumnType, TableFacts
from backend.datasets.columns import field
from backend.datasets.operations.columns_named import column_of
from backend.datasets.operations.operation import TEXTS, Operation
from backend.datasets.reading.names import shown
from backend.problems import Invalid, Pointer, Problem
from backend.recipes.schemas import ColumnName

_AT = Pointer("/parameters/names")


class LabelIds(Operation):
    """A class's number is its place in `names`: by default all that there are, sorted."""

    name: ClassVar[str] = "label_ids"
    purpose: ClassVar[str] = "Number the classes: 0, 1, 2 … in place of their names."

    column: ColumnName = column_of(*TEXTS, ColumnType.BOOLEAN)
    names: list[str] | None = Field(
        None,
        min_length=1,
        max_length=MOST_CLASSES,
        description="In the order of their numbers; empty: those that there are, sorted.",
    )

    def problems(self, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
        yield from super().problems(facts, at)
        twice = [name for name, count in Counter(self.names).items() if count > 1]
        if twice:
            yield Problem(
                code="name_taken",
                title="One name would have two numbers",
                detail=f"{shown(twice[0])} is more than once among the names. Name it once.",
                at=at / "parameters" / "names",
            )
        found = facts.column(self.column)
        if found and found.type in TEXTS and found.distinct > MOST_CLASSES:
            yield _too_many(found, at / "parameters" / "column")

    def settled(self, table: pa.Table) -> Self:
        if self.names is not None:
            return self
        names = sorted(pc.unique(_names(table, self.column)).drop_null().to_pylist())
        return self.model_copy(update={"names": names})

    def apply(self, table: pa.Table) -> pa.Table:
        values = _names(table, self.column)
        names = pa.array(self.settled(table).names, pa.string())
        ids = pc.index_in(values, value_set=names).cast(pa.int64())
        nameless = pc.and_(pc.is_valid(values), pc.is_null(ids))
        row = pc.index(nameless, True).as_py()
        if row >= 0:
            raise Invalid(_nameless(values[row].as_py(), row, self.column))
        place = table.schema.get_field_index(self.column)
        return table.set_column(place, field(self.column, ColumnType.INTEGER), ids)

    def sentence(self, before: int, after: int) -> str:
        count = len(self.names or ())
        return f"Numbered {count:,} {'class' if count == 1 else 'classes'} of {self.column}."


def _names(table: pa.Table, column: str) -> pa.ChunkedArray:
    return table.column(column).cast(pa.string())


def _too_many(found: ColumnFacts, at: Pointer) -> Problem:
    return Problem(
        code="too_many_classes",
        title="These are too many classes",
        detail=f"{found.name!r} has {found.distinct:,} different values; at most {MOST_CLASSES:,} "
        "are taken for classes. Are these texts?",
        at=at,
    )


def _nameless(value: str, row: int, column: str) -> Problem:
    return Problem(
        code="unknown_class",
        title="A class is not among the names",
        detail=f"{column!r} of row {row + 1:,} is {shown(value)}, which is not among the names. "
        "Name it too, or leave such rows out first.",
        at=_AT,
    )
