"""Scores on another scale than the losses for scores expect, which is 0 to 1 or −1 to 1."""

import numpy as np

from backend.catalog.columns import ColumnFacts, ColumnType
from backend.datasets.findings.finding import Finding, FindingKind, Remedy
from backend.datasets.findings.making import found, step
from backend.datasets.looking.one_pass import Seen
from backend.recipes.column_names import SCORE_NAMES, plain

_USUAL = ((0, 5), (1, 5), (0, 4), (0, 10), (1, 10), (0, 100), (-1, 1))
_NAMES = ("score", "scores", *SCORE_NAMES)


def score_scale(seen: Seen) -> Finding | None:
    """A label of numbers between two texts that leaves −1 to 1, and whose range nobody named.

    Whole numbers are classes as well as scores: they count only where their name says "score".
    """
    mapping = seen.mapping
    if mapping is None or mapping.label is None or mapping.label_range or len(mapping.inputs) != 2:
        return None
    column = seen.facts.column(mapping.label)
    if column is None or not _is_score(column):
        return None
    low, high = column.minimum, column.maximum
    if low is None or high is None or low == high or (low >= -1 and high <= 1):
        return None
    ends = _scale(low, high)
    mapped = mapping.model_copy(update={"label_range": ends}).model_dump(mode="json")
    scale = step("scale_scores", column=column.name, **{"from": list(ends), "to": [0, 1]})
    return found(
        FindingKind.SCORE_SCALE,
        f"{column.name} runs from {low:g} to {high:g}; most losses for scores expect 0 to 1. Its "
        f"scale seems to be {ends[0]:g} to {ends[1]:g}.",
        _beyond(seen),
        count=seen.facts.rows,
        looked_at=seen.facts.rows,
        columns=[column.name],
        remedies=[
            Remedy(label=f"Read it as {ends[0]:g} to {ends[1]:g} in training", mapping=mapped),
            Remedy(label="Bring it to 0 to 1", operations=[scale]),
        ],
    )


def _beyond(seen: Seen) -> list[int]:
    """The rows whose score the losses don't expect."""
    scores = seen.hashes.score_R if seen.hashes else None
    return [] if scores is None else np.flatnonzero(np.abs(scores) > 1).tolist()


def _is_score(column: ColumnFacts) -> bool:
    if column.type is ColumnType.NUMBER:
        return True
    return column.type is ColumnType.INTEGER and plain(column.name) in _NAMES


def _scale(low: float, high: float) -> tuple[float, float]:
    """The narrowest usual scale that holds all scores; else from the lowest to the highest."""
    fitting = [ends for ends in _USUAL if ends[0] <= low and high <= ends[1]]
    least = min(fitting, key=lambda ends: ends[1] - ends[0], default=(low, high))
    return float(least[0]), float(least[1])
