"""Judged queries and documents as pairs: what was judged relevant belongs together."""

from collections.abc import Iterator
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from backend.catalog.columns import TableFacts
from backend.datasets.operations.columns_named import column_of, taken_name
from backend.datasets.operations.operation import NUMBERS, TEXTS, Operation
from backend.datasets.operations.parts import part_column
from backend.problems import Pointer, Problem
from backend.recipes.schemas import ColumnName


class QrelsToPairs(Operation):
    """The query, the document and, where there is one, the part stay; distractors go, as does what
    was judged lower or not at all. Several relevant documents of a query are several rows."""

    name: ClassVar[str] = "qrels_to_pairs"
    purpose: ClassVar[str] = (
        "Make pairs of each query and the documents that were judged right for it."
    )

    query: ColumnName = column_of(*TEXTS)
    document: ColumnName = column_of(*TEXTS)
    grade: ColumnName | None = column_of(
        *NUMBERS, default=None, description="Empty: every row with both texts is relevant."
    )
    at_least: float = Field(1, allow_inf_nan=False, description="Lower grades are not relevant.")

    def problems(self, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
        yield from super().problems(facts, at)
        if self.query == self.document:
            yield taken_name(self.query, at / "parameters" / "document")

    def apply(self, table: pa.Table) -> pa.Table:
        keep = pc.and_(*(_is_written(table.column(name)) for name in (self.query, self.document)))
        if self.grade is not None:
            grades = table.column(self.grade).cast(pa.float64(), safe=False)
            keep = pc.and_(keep, pc.fill_null(pc.greater_equal(grades, self.at_least), False))
        stay = [self.query, self.document]
        part = part_column(table)
        return table.filter(keep).select([*stay, part] if part else stay)

    def sentence(self, before: int, after: int) -> str:
        graded = f" with {self.grade} of {self.at_least:g} or more" if self.grade else ""
        return f"Took {after:,} of {before:,} rows for pairs: queries and documents{graded}."


def _is_written(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(texts), ""), False)
