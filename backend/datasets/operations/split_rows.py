"""Kept aside: a column that says of each row whether it is to train, choose or prove with."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import pyarrow as pa
from pydantic import Field

from backend.catalog.columns import TableFacts
from backend.datasets.operations.columns_named import column_of, column_problem
from backend.datasets.operations.operation import SCALARS, TEXTS, Operation, Seed
from backend.datasets.operations.parts import PART, with_part
from backend.datasets.split import Split, split
from backend.problems import Fix, Invalid, Pointer, Problem, add
from backend.recipes.parts import part_column
from backend.recipes.schemas import ColumnName, HeldOut, Mapping


class SplitRows(Operation):
    """No text of one part, and no group, is in another; rows and their order stay. With `stratify`
    each class gives its share to each part."""

    name: ClassVar[str] = "split"
    purpose: ClassVar[str] = (
        "Keep rows aside to choose and to prove with, so that no text is in two parts."
    )

    mapping: Mapping = Field(description="The inputs' texts, and the group, keep rows together.")
    choose_rows: int | None = Field(None, ge=0, description="Empty: a tenth, at most 200.")
    prove_rows: int | None = Field(None, ge=0, description="Empty: a fifth, at most 400.")
    seed: Seed = 42
    stratify: ColumnName | None = column_of(*SCALARS, default=None, description="A class label.")

    @property
    def held_out(self) -> HeldOut:
        return HeldOut(choose_rows=self.choose_rows, prove_rows=self.prove_rows)

    def problems(self, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
        yield from super().problems(facts, at)
        place = at / "parameters" / "mapping"
        for i, name in enumerate(self.mapping.inputs):
            if problem := column_problem(facts, name, TEXTS, place / "inputs" / i):
                yield problem
        if self.mapping.group is not None and (
            problem := column_problem(facts, self.mapping.group, SCALARS, place / "group")
        ):
            yield problem
        dividing = PART if facts.column(PART) else part_column(facts)
        if dividing is not None:
            yield _is_split(dividing, at)

    def apply(self, table: pa.Table) -> pa.Table:
        found = split(table, self.mapping, self.held_out, self.seed, self.stratify)
        for name, wanted in zip(("choose", "prove"), self.held_out.rows(len(table)), strict=True):
            if wanted and not len(getattr(found, name)):
                raise Invalid(_hangs_together(name, wanted, len(table)))
        return with_part(table, PART, _parts(found, len(table)))

    def sentence(self, before: int, after: int) -> str:
        choose, prove = self.held_out.rows(before)
        return (
            f"Kept {choose:,} of {before:,} rows aside to choose with, {prove:,} to prove with, or "
            "as many as whole groups allow. No text of one part is in another."
        )


def _parts(found: Split, rows: int) -> list[str]:
    parts = np.full(rows, "train", dtype=object)
    parts[found.choose] = "choose"
    parts[found.prove] = "prove"
    return list(parts)


def _is_split(name: str, at: Pointer) -> Problem:
    step = {"name": "drop_columns", "parameters": {"columns": [name]}}
    return Problem(
        code="name_taken",
        title="These rows have their parts already",
        detail=f"The column {name!r} divides them already. Leave it out first to split anew.",
        at=at,
        fixes=(Fix(label=f"Leave {name!r} out first", patch=(add(at, step),)),),
    )


def _hangs_together(part: str, wanted: int, rows: int) -> Problem:
    return Problem(
        code="cannot_split",
        title="These rows can't be kept apart",
        detail=f"Of {rows:,} rows none could be kept aside to {part} with, where {wanted:,} are "
        "wanted: they share texts or groups, and would leak. Name fewer inputs, or no group.",
        at=Pointer("/parameters/mapping"),
    )
