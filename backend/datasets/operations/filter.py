"""Rows that meet every one of the conditions on one column stay, in their order."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from backend.catalog.columns import ColumnFacts, ColumnType, TableFacts
from backend.datasets.operations.columns_named import column_of, in_words, or_list
from backend.datasets.operations.equality import KINDS_OF_VALUE, Value, equals
from backend.datasets.operations.operation import NUMBERS, SCALARS, TEXTS, Operation
from backend.problems import Pointer, Problem
from backend.recipes.schemas import ColumnName

_CONDITIONS: dict[str, tuple[tuple[ColumnType, ...], str]] = {
    "contains": (TEXTS, "contains {!r}"),
    "lacks": (TEXTS, "does not contain {!r}"),
    "shortest": (TEXTS, "has at least {:,} characters"),
    "longest": (TEXTS, "has at most {:,} characters"),
    "at_least": (NUMBERS, "is at least {:g}"),
    "at_most": (NUMBERS, "is at most {:g}"),
    "equals": (SCALARS, "is {!r}"),
    "not_empty": (tuple(ColumnType), "is not empty"),
}


class Filter(Operation):
    """An empty cell meets no condition."""

    name: ClassVar[str] = "filter"
    purpose: ClassVar[str] = "Filter: keep only rows whose column holds what you say."

    column: ColumnName = column_of()
    contains: str | None = Field(None, min_length=1, description="In small letters or capitals.")
    lacks: str | None = Field(None, min_length=1, description="In small letters or capitals.")
    shortest: int | None = Field(None, ge=0, description="In characters.")
    longest: int | None = Field(None, ge=0, description="In characters.")
    at_least: float | None = Field(None, allow_inf_nan=False)
    at_most: float | None = Field(None, allow_inf_nan=False)
    equals: Value | None = Field(None, description="Exactly this value.")
    not_empty: bool | None = Field(None, description="Neither missing nor only blanks.")

    @property
    def conditions(self) -> dict[str, Any]:
        """Those that are set."""
        values = {name: getattr(self, name) for name in _CONDITIONS}
        if values["not_empty"] is False:
            del values["not_empty"]
        return {name: value for name, value in values.items() if value is not None}

    def problems(self, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
        yield from super().problems(facts, at)
        found = facts.column(self.column)
        if not self.conditions:
            yield Problem(
                code="no_condition",
                title="This filter has no condition",
                detail=f"Say what {self.column!r} must be: {or_list(list(_CONDITIONS))}.",
                at=at / "parameters",
            )
        for name, value in self.conditions.items() if found else ():
            if found and (problem := _misfit(found, name, value, at / "parameters" / name)):
                yield problem

    def apply(self, table: pa.Table) -> pa.Table:
        values = table.column(self.column)
        keep = pc.is_valid(values)
        for name, wanted in self.conditions.items():
            keep = pc.and_(keep, pc.fill_null(_TESTS[name](values, wanted), False))
        return table.filter(keep)

    def sentence(self, before: int, after: int) -> str:
        told = [_CONDITIONS[name][1].format(value) for name, value in self.conditions.items()]
        return f"Kept {after:,} of {before:,} rows, where {self.column} {' and '.join(told)}."


def _misfit(found: ColumnFacts, name: str, value: object, at: Pointer) -> Problem | None:
    """Why this condition can't be asked of that column."""
    kinds = _CONDITIONS[name][0]
    if name == "equals" and found.type in kinds:
        kinds = KINDS_OF_VALUE[type(value)]
    if found.type in kinds:
        return None
    return Problem(
        code="wrong_condition",
        title="This can't be asked of this column",
        detail=f"{found.name!r} holds {in_words(found.type)}; {name} {value!r} can be asked of "
        f"{or_list([in_words(kind) for kind in kinds])}.",
        at=at,
    )


def _is_written(values: pa.ChunkedArray, _wanted: bool) -> pa.ChunkedArray:
    if pa.types.is_string(values.type):
        return pc.not_equal(pc.utf8_trim_whitespace(values), "")
    if pa.types.is_list(values.type):
        return pc.greater(pc.list_value_length(values), 0)
    return pc.is_valid(values)


_TESTS: dict[str, Callable[[pa.ChunkedArray, Any], pa.ChunkedArray]] = {
    "contains": lambda values, part: pc.match_substring(values, part, ignore_case=True),
    "lacks": lambda values, part: pc.invert(pc.match_substring(values, part, ignore_case=True)),
    "shortest": lambda values, count: pc.greater_equal(pc.utf8_length(values), count),
    "longest": lambda values, count: pc.less_equal(pc.utf8_length(values), count),
    "at_least": lambda values, bound: pc.greater_equal(
        values.cast(pa.float64(), safe=False), bound
    ),
    "at_most": lambda values, bound: pc.less_equal(values.cast(pa.float64(), safe=False), bound),
    "equals": equals,
    "not_empty": _is_written,
}
