"""Likely false negatives: texts that count as wrong for a row, and that the base model finds right.

The rows' own answers say what right looks like to this model: a wrong answer is suspect where the
model finds it no further away than it finds the nearest three quarters of the own answers. If it
were right, it would be found so with a chance of three quarters or more: that is the recall.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

from backend.datasets.findings.finding import Finding, FindingKind
from backend.datasets.findings.making import found
from backend.datasets.looking.one_pass import Seen
from backend.datasets.profile import Suspect
from backend.datasets.split import normal
from backend.recipes.words import counted

Judge = Callable[[list[str]], Any]
"""Texts → their vectors of length 1, N×D."""

MOST_SUSPECTS = 500
"""More than this nobody reviews; those that look most right come first."""

_FURTHEST = 0.25  # of the own answers so many lie further away than what is suspect
_BEYOND = 0.05  # so much nearer than the own answer must another row's be
_AT_ONCE = 500
_ALIKE_IN_LENGTH = 1.5
_FEWEST_ROWS = 20

Vectors = npt.NDArray[np.float32]
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """The drawn rows in which no text is missing: N rows, their texts and vectors by input."""

    numbers: npt.NDArray[np.int64]
    names: list[str]
    texts: list[list[str]]
    vectors: list[Vectors]

    @property
    def own(self) -> Scores:
        """How near each row's own answer is to its anchor."""
        return _cosines(self.vectors[0], self.vectors[1])


def suspects_finding(
    seen: Seen, judge: Judge, told: Callable[[float], None]
) -> tuple[Finding | None, list[Suspect]]:
    """What to review, and the finding that says so. Pairs and triplets without a label alone have
    wrong answers."""
    mapping = seen.mapping
    if mapping is None or len(mapping.inputs) < 2 or mapping.label or mapping.grade:
        return None, []
    rows = _judged(seen, mapping.inputs, judge, told)
    if len(rows.numbers) < _FEWEST_ROWS:
        return None, []
    suspects = list(_negatives(rows) if len(rows.names) > 2 else _other_answers(rows))
    suspects.sort(key=lambda each: (-each.as_near_as, each.row, each.column))
    if not suspects:
        return None, []
    return _finding(seen, rows, suspects), suspects[:MOST_SUSPECTS]


def _finding(seen: Seen, rows: _Rows, suspects: list[Suspect]) -> Finding:
    are = f"{counted(len(suspects), 'wrong answer')}"
    what = (
        "stands beside an anchor for which"
        if len(rows.names) > 2
        else "is the answer of another row, and would count as wrong in its batch, though"
    )
    return found(
        FindingKind.FALSE_NEGATIVES,
        f"{are}: each {what} {seen.settings.base_model} finds it as right as the row's own. Look "
        "through them; what is right should not be taught as wrong.",
        sorted({each.row for each in suspects}),
        count=len(suspects),
        looked_at=len(rows.numbers),
        is_sample=seen.is_sample,
        columns=sorted({each.column for each in suspects}),
        groups=[[s.row, s.text_row] for s in suspects if s.row != s.text_row],
        needs_review=True,
    )


def _negatives(rows: _Rows) -> Iterator[Suspect]:
    """Negatives beside an anchor and a positive. Where texts and answers are of one kind, being
    near to the positive says as much as being near to the anchor, and the mean of both says more."""
    own = rows.own
    for place in range(2, len(rows.names)):
        scores = _cosines(rows.vectors[0], rows.vectors[place])
        evidence = scores
        if _are_of_one_kind(rows):
            evidence = (scores + _cosines(rows.vectors[1], rows.vectors[place])) / 2
        for i in np.flatnonzero(evidence >= np.quantile(own, _FURTHEST)):
            yield _suspect(rows, own, int(i), int(i), place, float(scores[i]), float(evidence[i]))


def _other_answers(rows: _Rows) -> Iterator[Suspect]:
    """For each pair the other row's answer that is nearest, where it is clearly nearer than its
    own and as near as most own answers are; two rows that answer each other come up once."""
    own = rows.own
    bound = np.maximum(own + _BEYOND, np.quantile(own, 0.5))
    anchors = _numbered(rows.texts[0])
    answers = _numbered(rows.texts[1])
    told: set[tuple[int, int]] = set()
    for first in range(0, len(own), _AT_ONCE):
        scores_BN = rows.vectors[0][first : first + _AT_ONCE] @ rows.vectors[1].T
        here = np.arange(first, first + len(scores_BN))
        same_BN = (anchors[here, None] == anchors[None, :]) | (
            answers[here, None] == answers[None, :]
        )
        scores_BN[same_BN] = -1
        nearest = scores_BN.argmax(axis=1)
        for i, j, score in zip(here, nearest, scores_BN.max(axis=1), strict=True):
            pair = (int(min(i, j)), int(max(i, j)))
            if score >= bound[i] and pair not in told:
                told.add(pair)
                yield _suspect(rows, own, int(i), int(j), 1, float(score), float(score))


def _suspect(
    rows: _Rows, own: Scores, i: int, j: int, place: int, score: float, evidence: float
) -> Suspect:
    return Suspect(
        row=int(rows.numbers[i]),
        column=rows.names[place],
        text_row=int(rows.numbers[j]),
        anchor_column=rows.names[0],
        own_column=rows.names[1],
        score=round(score, 4),
        own_score=round(float(own[i]), 4),
        as_near_as=round(float((own <= evidence).mean()), 4),
    )


def _judged(seen: Seen, names: list[str], judge: Judge, told: Callable[[float], None]) -> _Rows:
    """The vectors of all texts, each text encoded once."""
    columns = [seen.sample.column(name).to_pylist() for name in names]
    whole = [
        i for i, row in enumerate(zip(*columns, strict=True)) if all(t and t.strip() for t in row)
    ]
    texts = [[column[i] for i in whole] for column in columns]
    distinct = sorted({text for column in texts for text in column}, key=lambda t: (len(t), t))
    parts = []
    for first in range(0, len(distinct), _AT_ONCE):
        parts.append(np.asarray(judge(distinct[first : first + _AT_ONCE]), dtype=np.float32))
        told((first + _AT_ONCE) / max(len(distinct), _AT_ONCE))
    place_of = {text: i for i, text in enumerate(distinct)}
    vectors = np.concatenate(parts) if parts else np.empty((0, 1), dtype=np.float32)
    return _Rows(
        numbers=seen.numbers[whole],
        names=names,
        texts=texts,
        vectors=[vectors[[place_of[text] for text in column]] for column in texts],
    )


def _are_of_one_kind(rows: _Rows) -> bool:
    """Whether anchors are about as long as their answers: sentences and sentences, not questions
    and passages."""
    one, other = (median(map(len, rows.texts[place])) for place in (0, 1))
    return max(one, other) <= _ALIKE_IN_LENGTH * min(one, other)


def _cosines(one: Vectors, other: Vectors) -> Scores:
    cosines: Scores = np.einsum("nd,nd->n", one, other).astype(np.float64)
    return cosines


def _numbered(texts: list[str]) -> npt.NDArray[np.int64]:
    number_of: dict[str, int] = {}
    numbers = [number_of.setdefault(normal(text), len(number_of)) for text in texts]
    return np.array(numbers, dtype=np.int64)
