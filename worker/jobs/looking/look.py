"""A whole look at a version: one pass, then the sample, then what was noticed, in its order."""

import time
from collections.abc import Callable
from pathlib import Path

from backend.datasets.findings.conflicting_labels import conflicting_labels
from backend.datasets.findings.exact_duplicates import exact_duplicates
from backend.datasets.findings.finding import Finding
from backend.datasets.findings.leaks import exact_leaks, leaks_finding
from backend.datasets.findings.reversed_direction import reversed_direction
from backend.datasets.findings.score_scale import score_scale
from backend.datasets.findings.single_texts import single_texts
from backend.datasets.findings.surplus_columns import surplus_columns
from backend.datasets.looking.columns import role_of
from backend.datasets.looking.one_pass import Seen, one_pass
from backend.datasets.profile import ProfileResult, Suspect
from backend.recipes.mapping import propose
from backend.recipes.words import counted
from worker.jobs.looking.repeats import near_duplicates_finding, near_leaks
from worker.jobs.looking.sampled import looked_at
from worker.jobs.looking.suspects import Judge, suspects_finding
from worker.jobs.looking.tokens import NoTokenizer, TokenCounter, token_counter
from worker.jobs.profile_order import ProfileOrder

Told = Callable[[float], None]
"""Hears how much is done, from 0 to 100 percent."""

_PASS_SHARE = 50


def look(order: ProfileOrder, judge: Judge | None, told: Told) -> ProfileResult:
    """All that can be seen; `judge` is the base model, where it is to judge the rows."""
    began = time.monotonic()
    mapping = order.settings.mapping or propose(order.facts)
    seen = one_pass(
        Path(order.rows_file),
        order.facts,
        mapping,
        order.settings,
        lambda share: told(_PASS_SHARE * share),
    )
    counter, notes = _counter(order)
    columns = [
        column.profile(*role_of(column.facts.name, mapping, seen.part)) for column in seen.columns
    ]
    columns, cut = looked_at(columns, seen, counter)
    told(70)
    findings = _findings(seen, cut)
    told(80)
    suspects: list[Suspect] = []
    if judge is not None:
        suspected, suspects = suspects_finding(seen, judge, lambda share: told(80 + 20 * share))
        findings += [suspected] if suspected else []
    return ProfileResult(
        settings=order.settings,
        mapping=mapping,
        rows=order.facts.rows,
        looked_at=len(seen.numbers),
        is_sample=seen.is_sample,
        sentence=_sentence(seen, findings),
        columns=columns,
        findings=findings,
        suspects=suspects,
        notes=notes,
        seconds=round(time.monotonic() - began, 3),
    )


def _counter(order: ProfileOrder) -> tuple[TokenCounter | None, list[str]]:
    try:
        return token_counter(order.settings.base_model, order.model_folders), []
    except NoTokenizer as reason:
        return None, [str(reason)]


def _findings(seen: Seen, cut: Finding | None) -> list[Finding]:
    """What weighs most comes first."""
    leaks = exact_leaks(seen)
    leaks.near_text = near_leaks(seen, leaks)
    noticed = (
        reversed_direction(seen),
        conflicting_labels(seen),
        leaks_finding(seen, leaks),
        exact_duplicates(seen),
        near_duplicates_finding(seen),
        score_scale(seen),
        *single_texts(seen),
        cut,
        surplus_columns(seen),
    )
    return [finding for finding in noticed if finding is not None]


def _sentence(seen: Seen, findings: list[Finding]) -> str:
    rows = counted(seen.facts.rows, "row")
    things = counted(len(findings), "thing") if findings else "nothing to repair"
    part = f"; {len(seen.numbers):,} of them were looked at closely" if seen.is_sample else ""
    return f"{rows} in {counted(len(seen.columns), 'column')}{part}: {things} noticed."
