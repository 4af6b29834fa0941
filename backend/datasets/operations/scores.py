"""Scores: brought to another scale, or high ones taken for pairs that belong together."""

from collections.abc import Iterator
from math import inf
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, field_validator

from backend.catalog.columns import ColumnType, TableFacts
from backend.datasets.columns import field
from backend.datasets.operations.columns_named import column_of
from backend.datasets.operations.operation import NUMBERS, Operation
from backend.problems import Fix, Pointer, Problem, replace
from backend.recipes.schemas import ColumnName

Scale = tuple[float, float]


class ScaleScores(Operation):
    """The order of the scores stays; `from` is the scale's own ends, not what happens to occur."""

    name: ClassVar[str] = "scale_scores"
    purpose: ClassVar[str] = "Change the scale of scores, such as from 0–5 to 0–1."

    column: ColumnName = column_of(*NUMBERS)
    from_: Scale = Field(alias="from", description="Lowest and highest score of the scale it has.")
    to: Scale = Field((0.0, 1.0), description="Of the scale that it gets.")

    @field_validator("from_", "to")
    @classmethod
    def _has_a_lower_and_an_upper_end(cls, ends: Scale) -> Scale:
        if not -inf < ends[0] < ends[1] < inf or ends[1] - ends[0] == inf:
            raise ValueError("the lowest score comes first, then a higher one")
        return ends

    def problems(self, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
        yield from super().problems(facts, at)
        found = facts.column(self.column)
        if found is None or found.type not in NUMBERS or found.minimum is None:
            return
        least, most = found.minimum, found.maximum
        if most is not None and (least < self.from_[0] or most > self.from_[1]):
            place = at / "parameters" / "from"
            yield Problem(
                code="outside_of_scale",
                title="Some scores lie outside of this scale",
                detail=f"{self.column!r} runs from {least:g} to {most:g}, and so leaves "
                f"{self.from_[0]:g} to {self.from_[1]:g}. Name the ends of its own scale.",
                at=place,
                fixes=(Fix(label="Use its ends", patch=(replace(place, [least, most]),)),)
                if least < most
                else (),
            )

    def apply(self, table: pa.Table) -> pa.Table:
        (low, high), (least, most) = self.from_, self.to
        scores = table.column(self.column).cast(pa.float64(), safe=False)
        shares = pc.divide(pc.subtract(scores, low), high - low)
        scaled = pc.add(pc.multiply(shares, most - least), least)
        within = pc.min_element_wise(
            pc.max_element_wise(scaled, least, skip_nulls=False), most, skip_nulls=False
        )  # a rounding may leave the scale by a hair
        place = table.schema.get_field_index(self.column)
        return table.set_column(place, field(self.column, ColumnType.NUMBER), within)

    def sentence(self, before: int, after: int) -> str:
        (low, high), (least, most) = self.from_, self.to
        return f"Brought {self.column} from {low:g}…{high:g} to {least:g}…{most:g}."


class ScoresToPairs(Operation):
    """The column of scores goes, all others stay."""

    name: ClassVar[str] = "scores_to_pairs"
    purpose: ClassVar[str] = "Keep rows with a high score, as pairs that belong together."

    column: ColumnName = column_of(*NUMBERS)
    at_least: float = Field(allow_inf_nan=False, description="Rows with a lower score go.")

    def problems(self, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
        yield from super().problems(facts, at)
        if facts.names == [self.column]:
            yield Problem(
                code="no_columns_left",
                title="No column would be left",
                detail=f"{self.column!r} is the only column; there are no texts to pair.",
                at=at / "parameters" / "column",
            )

    def apply(self, table: pa.Table) -> pa.Table:
        scores = table.column(self.column).cast(pa.float64(), safe=False)
        return table.filter(pc.greater_equal(scores, self.at_least)).drop_columns([self.column])

    def sentence(self, before: int, after: int) -> str:
        return (
            f"Took {after:,} of {before:,} rows for pairs: their {self.column} is "
            f"{self.at_least:g} or more."
        )
