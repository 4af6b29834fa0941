"""What operations would make of a version, tried on some of its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from backend.catalog.columns import TableFacts
from backend.datasets.operations.choose_rows import DropRows
from backend.datasets.operations.operation import Operation
from backend.datasets.operations.run import STEPS, Step, facts_of, walk
from backend.datasets.operations.sample_rows import sample_rows
from backend.problems import Invalid, Problem

SAMPLE_ROWS = 2_000
_SEED = 0


@dataclass(frozen=True, kw_only=True)
class Preview:
    """`before` and `after` are the first rows of the sample, as it was and as it became by the
    steps that could be done; `problems` say why the next could not."""

    total_rows: int
    sample: pa.Table
    made: pa.Table
    steps: Sequence[Step]
    problems: Sequence[Problem]
    first_rows: int

    @property
    def is_sample(self) -> bool:
        return len(self.sample) < self.total_rows

    @property
    def columns(self) -> TableFacts:
        """The columns after the steps, with their facts on the sample."""
        return facts_of(self.made)

    @property
    def before(self) -> list[dict[str, Any]]:
        return _first(self.sample, self.first_rows)

    @property
    def after(self) -> list[dict[str, Any]]:
        return _first(self.made, self.first_rows)


def preview(
    rows_file: Path, total_rows: int, operations: Sequence[Operation], first_rows: int
) -> Preview:
    """Try the operations on some 2,000 rows. What a step says holds for these rows alone."""
    sample, numbers = sample_rows(rows_file, SAMPLE_ROWS, _SEED)
    made = sample
    steps: list[Step] = []
    problems: Sequence[Problem] = ()
    try:
        tried = _on_sample(operations, numbers, len(numbers) < total_rows)
        for step, changed in walk(tried, sample):
            steps.append(step)
            made = changed
    except Invalid as refusal:
        problems = refusal.problems
    return Preview(
        total_rows=total_rows,
        sample=sample,
        made=made,
        steps=steps,
        problems=problems,
        first_rows=first_rows,
    )


def _on_sample(
    operations: Sequence[Operation], numbers: Sequence[int], is_sample: bool
) -> list[Operation]:
    """The same operations, where rows that are named by number have their numbers in the sample."""
    if not is_sample:
        return list(operations)
    place_of = {number: place for place, number in enumerate(numbers)}
    return [_renumbered(operation, i, place_of) for i, operation in enumerate(operations)]


def _renumbered(operation: Operation, i: int, place_of: dict[int, int]) -> Operation:
    if not isinstance(operation, DropRows):
        return operation
    if i > 0:
        raise Invalid(
            Problem(
                code="no_preview",
                title="This step can't be tried on a sample",
                detail=f"Step {i + 1} ({operation.name}) names rows of what the whole table will "
                "be by then. Apply the steps before it, then look again.",
                at=STEPS / i,
            )
        )
    here = [place_of[row] for row in operation.rows if row in place_of]
    return operation.model_copy(update={"rows": here})


def _first(table: pa.Table, rows: int) -> list[dict[str, Any]]:
    first: list[dict[str, Any]] = table.slice(0, rows).to_pylist()
    return first
