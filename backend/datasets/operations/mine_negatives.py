"""Hard negatives: texts that a model takes for answers, and that are none. A worker finds them."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import pyarrow as pa
from pydantic import Field

from backend.catalog.columns import TableFacts
from backend.datasets.operations.columns_named import column_of, taken_name
from backend.datasets.operations.operation import NEEDS_MODEL, TEXTS, Operation, Seed
from backend.problems import Invalid, Pointer, Problem
from backend.recipes.schemas import DEFAULT_BASE_MODEL, MODEL_NAME, ColumnName


class MineNegatives(Operation):
    """Candidates are the texts of the positives' column, of the anchor's own part where there are
    parts. Neither the anchor nor any of its positives, in any spelling, is ever its negative."""

    name: ClassVar[str] = "mine_negatives"
    purpose: ClassVar[str] = "Add wrong answers that look right, found by a model: hard negatives."
    needs_model: ClassVar[bool] = True

    anchor: ColumnName = column_of(*TEXTS)
    positive: ColumnName = column_of(*TEXTS)
    model: str = Field(DEFAULT_BASE_MODEL, pattern=MODEL_NAME)
    negatives: int = Field(1, ge=1, le=50, description="So many for each pair.")
    form: Literal["triplets", "columns"] = Field(
        "triplets", description="A row for each negative, or a column for each: negative_1 …"
    )
    range_min: int = Field(
        0, ge=0, le=10_000, description="Pass over so many of the nearest: they are often right."
    )
    range_max: int | None = Field(
        None, ge=1, le=10_000, description="Look at no more than so many. Empty: enough."
    )
    relative_margin: float | None = Field(
        0.05,
        ge=0,
        le=1,
        description="A negative is by this share less alike to the anchor than its positive is.",
    )
    absolute_margin: float | None = Field(
        None, ge=0, le=2, description="The same as a difference of similarities."
    )
    max_score: float | None = Field(
        None, ge=-1, le=1, description="What is more alike may be a right answer."
    )
    min_score: float | None = Field(None, ge=-1, le=1, description="What is less alike is easy.")
    sampling: Literal["top", "random"] = Field(
        "top", description="The hardest that are left, or any of them."
    )
    seed: Seed = 0

    def problems(self, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
        yield from super().problems(facts, at)
        if self.anchor == self.positive:
            yield taken_name(self.anchor, at / "parameters" / "positive")
        for name in sorted({self.anchor, self.positive} & set(self.new_columns)):
            yield taken_name(name, at / "parameters")
        if self.range_max is not None and self.range_max - self.range_min < self.negatives:
            yield Problem(
                code="empty_range",
                title="This range is too narrow",
                detail=f"From {self.range_min:,} to {self.range_max:,} there are fewer than "
                f"{self.negatives:,} texts to take. Widen the range, or take fewer.",
                at=at / "parameters" / "range_max",
            )

    @property
    def new_columns(self) -> list[str]:
        """The columns of negatives."""
        if self.form == "triplets":
            return ["negative"]
        return [f"negative_{i}" for i in range(1, self.negatives + 1)]

    def apply(self, table: pa.Table) -> pa.Table:
        """Raises Invalid: the model is at the worker, which mines by itself."""
        raise Invalid(
            Problem(
                code=NEEDS_MODEL,
                title="This needs a model",
                detail="Hard negatives are found by a model, in a job. Start it, and look at what "
                "it makes; the version that it comes from stays as it is.",
            )
        )

    def sentence(self, before: int, after: int) -> str:
        return (
            f"Found hard negatives with {self.model}: {before:,} pairs became {after:,} rows with "
            f"{' and '.join(self.new_columns)}."
        )
