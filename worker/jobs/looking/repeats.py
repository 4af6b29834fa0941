"""Near duplicates of rows, and near leaks between parts: in the rows that were drawn."""

from collections.abc import Iterator

import numpy as np

from backend.catalog.columns import ColumnType
from backend.datasets.findings.finding import Finding, FindingKind
from backend.datasets.findings.leaks import Leaks, Partners, told_apart
from backend.datasets.findings.making import found, leave_out, rows_that
from backend.datasets.findings.same_rows import row_keys
from backend.datasets.looking.one_pass import Seen
from backend.datasets.looking.row_hashes import PARTS
from backend.recipes.words import and_list
from worker.jobs.looking.near import Label, NearIndex, Row, near_duplicates

_TOLERATED = 0.1


def near_duplicate_rows(seen: Seen) -> list[tuple[int, int]]:
    """Rows that nearly say again what an earlier row of their part says, and that row. Rows that
    say it exactly are another finding's."""
    if seen.hashes is None:
        return []
    pairs: list[tuple[int, int]] = []
    part_R = seen.hashes.part_R
    parts = range(-1, len(PARTS)) if part_R is not None else [None]
    rows = list(_rows(seen))
    for part in parts:
        its_own = [r for r in rows if part is None or int(part_R[r.key]) == part]  # type: ignore[index]
        pairs += near_duplicates(its_own, _tolerance(seen))
    return sorted(pairs)


def near_duplicates_finding(seen: Seen) -> Finding | None:
    pairs = near_duplicate_rows(seen)
    if not pairs or seen.mapping is None:
        return None
    groups: dict[int, list[int]] = {}
    for again, first in pairs:
        groups.setdefault(first, [first]).append(again)
    rows = [again for again, _ in pairs]
    inputs = seen.mapping.inputs
    return found(
        FindingKind.NEAR_DUPLICATES,
        f"{rows_that('nearly say', len(rows), len(seen.numbers))} again what an earlier row says in "
        f"{and_list(inputs)}: another order of words, a typing error, a word more or less.",
        rows,
        looked_at=len(seen.numbers),
        is_sample=seen.is_sample,
        columns=inputs,
        groups=groups.values(),
        remedies=leave_out(rows, "that nearly say it again", "that nearly says it again"),
    )


def near_leaks(seen: Seen, known: Leaks) -> Partners:
    """Rows, beside those known, with a text that is nearly one of a later part."""
    hashes = seen.hashes
    if hashes is None or hashes.part_R is None:
        return {}
    partners: Partners = {}
    leaking = set(known.rows)
    names = told_apart(seen)
    texts = {name: seen.sample.column(name).to_pylist() for name in names}
    part = hashes.part_R[seen.numbers]
    index = NearIndex()
    for later in range(len(PARTS) - 1, -1, -1):
        for i in np.flatnonzero(part == later):
            row = int(seen.numbers[i])
            own = [texts[name][i] for name in names]
            nears = (index.near(Row(row, (text,))) for text in own if text and text.strip())
            partner = next((near for near in nears if near is not None), None)
            if partner is not None and row not in leaking and later < len(PARTS) - 1:
                partners[row] = partner // len(names)
        for i in np.flatnonzero(part == later) if later else ():
            for place, name in enumerate(names):
                if texts[name][i] and texts[name][i].strip():
                    key = int(seen.numbers[i]) * len(names) + place
                    index.add(Row(key, (texts[name][i],)))
    return partners


def _rows(seen: Seen) -> Iterator[Row]:
    """The drawn rows in which no text is missing, the first of each that are exactly the same."""
    mapping, hashes = seen.mapping, seen.hashes
    assert mapping is not None
    assert hashes is not None
    columns = [seen.sample.column(name).to_pylist() for name in mapping.inputs]
    name = mapping.label or mapping.grade
    labels = seen.sample.column(name).to_pylist() if name else [None] * len(seen.numbers)
    keys = row_keys(hashes.texts_RI, False, hashes.label_R, hashes.part_R)
    known: set[int] = set()
    for i, row in enumerate(seen.numbers):
        key = int(keys[row])
        if key not in known and hashes.complete_R[row]:
            known.add(key)
            texts = tuple(column[i] for column in columns)
            yield Row(int(row), texts, _label(labels[i]))


def _label(value: object) -> Label:
    if value is None or isinstance(value, str | float):
        return value
    return str(value)


def _tolerance(seen: Seen) -> float:
    """So far apart may the scores of near rows lie: a tenth of their range."""
    name = seen.mapping.label if seen.mapping else None
    column = seen.facts.column(name) if name else None
    if column is None or column.type is not ColumnType.NUMBER:
        return 0.0
    return _TOLERATED * ((column.maximum or 0.0) - (column.minimum or 0.0))
