"""How findings are made: rows cut to what one can look at, and the remedies that several offer."""

from collections.abc import Iterable, Sequence
from typing import Any

from backend.datasets.findings.finding import Finding, FindingKind, Remedy
from backend.recipes.words import counted

MOST_ROWS = 1_000
"""Of a finding's rows so many are named; `count` has them all."""

MOST_DROPPED = 100_000
"""So many rows one operation can leave out by their numbers."""


def found(
    kind: FindingKind,
    sentence: str,
    rows: Iterable[int],
    *,
    looked_at: int,
    count: int | None = None,
    is_sample: bool = False,
    columns: Sequence[str] = (),
    groups: Iterable[Sequence[int]] = (),
    remedies: Sequence[Remedy] = (),
    needs_review: bool = False,
) -> Finding:
    """A finding with as many rows and groups as one can look at."""
    rows = [int(row) for row in rows]
    return Finding(
        kind=kind,
        sentence=sentence,
        count=len(rows) if count is None else count,
        looked_at=looked_at,
        is_sample=is_sample,
        columns=list(columns),
        rows=rows[:MOST_ROWS],
        groups=_together(groups),
        remedies=list(remedies),
        why_no_remedy="" if remedies or needs_review else _why_none(is_sample),
        needs_review=needs_review,
    )


def step(name: str, **parameters: Any) -> dict[str, Any]:
    """An operation as it is sent."""
    return {"name": name, "parameters": parameters}


def leave_out(rows: Iterable[int], why: str, why_one: str | None = None) -> list[Remedy]:
    """The remedy that leaves these rows out; none where they are too many to name. `why_one` is
    said of a single row, where that is another word."""
    numbers = sorted({int(row) for row in rows})
    if not 0 < len(numbers) <= MOST_DROPPED:
        return []
    said = why_one if why_one and len(numbers) == 1 else why
    label = f"Leave out {counted(len(numbers), 'row')} {said}"
    return [Remedy(label=label, operations=[step("drop_rows", rows=numbers)])]


def rows_that(verb: str, count: int, of: int) -> str:
    """`12 of 400 rows say`; `1 of 400 rows says`."""
    return f"{count:,} of {counted(of, 'row')} {verb}{'s' if count == 1 else ''}"


def _why_none(is_sample: bool) -> str:
    if is_sample:
        return "These are the rows of a sample: look at all rows first, to leave them all out."
    return f"More than {MOST_DROPPED:,} rows: too many to leave out by their numbers; filter them."


def _together(groups: Iterable[Sequence[int]]) -> list[list[int]]:
    """The first groups, MOST_ROWS rows in all."""
    kept: list[list[int]] = []
    left = MOST_ROWS
    for group in groups:
        if left <= 0:
            break
        kept.append([int(row) for row in group[:left]])
        left -= len(kept[-1])
    return kept
