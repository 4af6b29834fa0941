"""Operations one after the other: checked against the table that each one meets, then applied."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

import pyarrow as pa

from backend.catalog.columns import TableFacts
from backend.datasets.facts import table_facts
from backend.datasets.operations.operation import Operation
from backend.problems import ROOT, Invalid, Pointer, Problem

Apply: TypeAlias = Callable[[Operation, pa.Table], pa.Table]

STEPS = Pointer("/operations")
MOST_STEPS = 50


@dataclass(frozen=True, kw_only=True)
class Step:
    """An operation that was done, with all its settings; how many rows it met, and how many it
    left."""

    operation: Operation
    before: int
    after: int

    @property
    def sentence(self) -> str:
        return self.operation.sentence(self.before, self.after)


def run(operations: Sequence[Operation], table: pa.Table) -> pa.Table:
    """The rows after all operations.

    Raises Invalid as `walk` does.
    """
    for _, changed in walk(operations, table):
        table = changed
    return table


def apply_plainly(operation: Operation, table: pa.Table) -> pa.Table:
    return operation.apply(table)


def walk(
    operations: Sequence[Operation], table: pa.Table, apply: Apply = apply_plainly
) -> Iterator[tuple[Step, pa.Table]]:
    """Each step as it is done, and the rows that it leaves. `apply` does the work: a worker knows
    how to mine, too.

    Raises Invalid where a step does not go with the rows that it meets, or leaves none; its
    problems name the step, where there are several, and the row where one is to blame.
    """
    for i, operation in enumerate(operations):
        at = STEPS / i
        named = partial(_named, step=_step(operations, i))
        if problems := list(operation.problems(facts_of(table), at)):
            raise Invalid(*named(problems))
        settled = operation.settled(table)
        try:
            after = apply(settled, table)
        except Invalid as refusal:
            raise Invalid(*named(refusal.problems, below=at)) from refusal
        if not len(after):
            raise Invalid(*named([_nothing_left(operation, len(table), at)]))
        yield Step(operation=settled, before=len(table), after=len(after)), after
        table = after


def record(steps: Sequence[Step]) -> dict[str, Any]:
    """What a version's row says of how it was made."""
    return {
        "kind": "operations",
        "steps": [
            {
                **step.operation.to_json(),
                "rows_before": step.before,
                "rows_after": step.after,
                "sentence": step.sentence,
            }
            for step in steps
        ],
        "sentence": " ".join(step.sentence for step in steps),
    }


def facts_of(table: pa.Table) -> TableFacts:
    return table_facts(table.schema, table.to_batches())


def _step(operations: Sequence[Operation], i: int) -> str:
    """How a problem begins that lies in step `i`; where there is but one step, nobody asks which."""
    return f"Step {i + 1} ({operations[i].name}): " if len(operations) > 1 else ""


def _named(problems: Sequence[Problem], step: str, below: Pointer = ROOT) -> list[Problem]:
    """The problems, each with its step in its words and its place."""
    return [
        replace(problem, detail=step + problem.detail, at=Pointer(f"{below}{problem.at}"))
        for problem in problems
    ]


def _nothing_left(operation: Operation, rows: int, at: Pointer) -> Problem:
    return Problem(
        code="no_rows_left",
        title="No row would be left",
        detail=f"of {rows:,} rows none would be left, and a version without rows is of no use. "
        "Loosen this step's settings, or look at the preview first.",
        at=at,
    )
