"""Fewer rows, in the order in which they were: all but some, or some drawn at random."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

import numpy as np
import pyarrow as pa
from pydantic import Field

from backend.catalog.columns import TableFacts
from backend.datasets.operations.operation import Operation, Seed
from backend.problems import Pointer, Problem
from backend.recipes.words import counted


class DropRows(Operation):
    """Row numbers count from 0, as everywhere in the API."""

    name: ClassVar[str] = "drop_rows"
    purpose: ClassVar[str] = "Leave out the rows of these numbers; all others stay."

    rows: list[Annotated[int, Field(ge=0)]] = Field(min_length=1, max_length=100_000)

    def problems(self, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
        beyond = [(i, row) for i, row in enumerate(self.rows) if row >= facts.rows]
        if beyond:
            i, row = beyond[0]
            yield Problem(
                code="unknown_row",
                title="There is no such row",
                detail=f"There is no row {row:,}: they count from 0 to {facts.rows - 1:,}.",
                at=at / "parameters" / "rows" / i,
            )

    def apply(self, table: pa.Table) -> pa.Table:
        keep = np.ones(len(table), dtype=bool)
        keep[self.rows] = False
        return table.filter(pa.array(keep))

    def sentence(self, before: int, after: int) -> str:
        return f"Left out {counted(before - after, 'row')}."


class Sample(Operation):
    """Drawn without replacement; all of them where there are no more."""

    name: ClassVar[str] = "sample"
    purpose: ClassVar[str] = "Take some rows at random, in their old order."

    rows: int = Field(ge=1)
    seed: Seed = 0

    def apply(self, table: pa.Table) -> pa.Table:
        if self.rows >= len(table):
            return table
        drawn = np.random.default_rng(self.seed).choice(len(table), self.rows, replace=False)
        return table.take(pa.array(np.sort(drawn)))

    def sentence(self, before: int, after: int) -> str:
        return f"Drew {after:,} of {counted(before, 'row')} at random."
