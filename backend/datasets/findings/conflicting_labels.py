"""Rows with the same texts and another label: one of them must be wrong."""

import numpy as np
import numpy.typing as npt

from backend.catalog.columns import ColumnType
from backend.datasets.findings.finding import Finding, FindingKind
from backend.datasets.findings.making import found, leave_out, rows_that
from backend.datasets.findings.same_rows import groups_of, is_symmetric, row_keys
from backend.datasets.looking.one_pass import Seen
from backend.datasets.looking.row_hashes import RowHashes
from backend.recipes.words import counted

_TOLERATED = 0.1
"""Scores that differ by no more than a tenth of their range are two opinions, no conflict."""


def conflicting_labels(seen: Seen) -> Finding | None:
    """Scores conflict where they lie further apart than a tenth of all scores' range."""
    mapping, hashes = seen.mapping, seen.hashes
    label = mapping and (mapping.label or mapping.grade)
    if mapping is None or hashes is None or hashes.label_R is None or not label:
        return None
    rows = np.flatnonzero(hashes.complete_R & (hashes.label_R != 0))
    keys = row_keys(hashes.texts_RI, is_symmetric(mapping, seen.facts))[rows]
    column = seen.facts.column(label)
    is_score = column is not None and column.type is ColumnType.NUMBER
    groups = [g for g in groups_of(keys, rows) if _conflict(hashes, g, is_score)]
    if not groups:
        return None
    all_rows = np.sort(np.concatenate(groups))
    texts = "text" if len(mapping.inputs) == 1 else "texts"
    what = "score" if is_score else label
    return found(
        FindingKind.CONFLICTING_LABELS,
        f"{rows_that('contradict', len(all_rows), seen.facts.rows)} another: the same {texts} with "
        f"another {what}, in {counted(len(groups), 'group')}.",
        all_rows,
        looked_at=seen.facts.rows,
        columns=[*mapping.inputs, label],
        groups=[group.tolist() for group in groups],
        remedies=leave_out(all_rows, "that contradict each other"),
    )


def _conflict(hashes: RowHashes, group: npt.NDArray[np.int64], is_score: bool) -> bool:
    assert hashes.label_R is not None
    if is_score and hashes.score_R is not None:
        span = float(np.nanmax(hashes.score_R) - np.nanmin(hashes.score_R))
        return float(np.ptp(hashes.score_R[group])) > _TOLERATED * span
    return len(np.unique(hashes.label_R[group])) > 1
