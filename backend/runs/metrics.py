"""A run's figures by step, thinned for a screen: from its events where these are few, else from the
pieces that were kept of them.

Where an attempt went on from a checkpoint, what an earlier one told at or beyond its first step is
left out: of a step that was trained twice, the highest attempt's point counts.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from backend.ids import JobId
from backend.runs.curve_pieces import PIECE_STEPS
from backend.runs.curves import MOST_POINTS, Curve, curve, thinned
from backend.runs.events import METRICS
from backend.runs.tables import CurvePiece, Event

FEW_EVENTS = 20_000
"""So many are read in 0.1 s; beyond, pieces are."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """Which steps are looked at, and in how many points."""

    from_step: int = 0
    to_step: int | None = None
    max_points: int = MOST_POINTS

    def has(self, step: int) -> bool:
        return self.from_step <= step and (self.to_step is None or step <= self.to_step)

    def pieces(self, job_id: JobId) -> list[ColumnElement[bool]]:
        found = [CurvePiece.job_id == job_id, CurvePiece.piece >= self.from_step // PIECE_STEPS]
        if self.to_step is not None:
            found.append(CurvePiece.piece <= self.to_step // PIECE_STEPS)
        return found


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A curve as it is to be drawn. `points` is how many were told in these steps."""

    curve: Curve
    points: int


@dataclass(frozen=True)
class _Told:
    """What one attempt told of one figure within a window."""

    key: str
    attempt: int
    points: int
    first_seq: int
    last_seq: int


WHOLE = Window()


def keys(session: Session, job_id: JobId) -> list[str]:
    """All figures of this job, by name."""
    query = select(CurvePiece.key).where(CurvePiece.job_id == job_id).distinct()
    return sorted(session.scalars(query))


def drawn(
    session: Session, job_id: JobId, wanted: Sequence[str] | None = None, window: Window = WHOLE
) -> list[Drawn]:
    """The curves of these figures, or of all, by name; those never told are left out."""
    told = _told(session, job_id, wanted, window)
    points: dict[str, int] = defaultdict(int)
    for part in told:
        points[part.key] += part.points
    if max(points.values(), default=0) <= FEW_EVENTS:
        curves = _from_events(session, job_id, told, window)
    else:
        curves = _from_pieces(session, job_id, list(points), window)
    return [
        Drawn(curve=thinned(found, window.max_points), points=points[found.key])
        for found in curves
        if found.steps
    ]


def _told(
    session: Session, job_id: JobId, wanted: Sequence[str] | None, window: Window
) -> list[_Told]:
    query = (
        select(
            CurvePiece.key,
            CurvePiece.attempt,
            func.sum(CurvePiece.points),
            func.min(CurvePiece.first_seq),
            func.max(CurvePiece.last_seq),
        )
        .where(*window.pieces(job_id))
        .group_by(CurvePiece.key, CurvePiece.attempt)
        .order_by(CurvePiece.key)
    )
    if wanted is not None:
        query = query.where(CurvePiece.key.in_(wanted))
    return [
        _Told(key, attempt, int(points), int(first), int(last))
        for key, attempt, points, first, last in session.execute(query)
    ]


def _from_events(
    session: Session, job_id: JobId, told: Sequence[_Told], window: Window
) -> list[Curve]:
    if not told:
        return []
    spans = {
        (
            min(part.first_seq for part in told if part.attempt == attempt),
            max(part.last_seq for part in told if part.attempt == attempt),
        )
        for attempt in {part.attempt for part in told}
    }
    query = select(Event.data).where(
        Event.job_id == job_id,
        Event.kind == METRICS,
        or_(*(Event.seq.between(first, last) for first, last in spans)),
    )
    figures = [
        data
        for data in session.scalars(query.order_by(Event.seq))
        if isinstance(data.get("step"), int) and window.has(data["step"])
    ]
    return [curve(figures, key) for key in sorted({part.key for part in told})]


def _from_pieces(
    session: Session, job_id: JobId, wanted: Sequence[str], window: Window
) -> list[Curve]:
    begun = dict(_begun(session, job_id))
    query = (
        select(
            CurvePiece.key,
            CurvePiece.attempt,
            CurvePiece.low_step,
            CurvePiece.low,
            CurvePiece.high_step,
            CurvePiece.high,
            CurvePiece.last_step,
            CurvePiece.last,
        )
        .where(*window.pieces(job_id), CurvePiece.key.in_(wanted))
        .order_by(CurvePiece.key, CurvePiece.attempt)
    )
    points: dict[str, dict[int, float]] = {key: {} for key in sorted(wanted)}
    for row in session.execute(query):
        beyond = min((step for n, step in begun.items() if n > row.attempt), default=None)
        ends = (row.low_step, row.low), (row.high_step, row.high), (row.last_step, row.last)
        for step, value in ends:
            if window.has(step) and (beyond is None or step < beyond):
                points[row.key][step] = value
    return [
        Curve(key, steps=sorted(found), values=[found[step] for step in sorted(found)])
        for key, found in points.items()
    ]


def _begun(session: Session, job_id: JobId) -> Iterator[tuple[int, int]]:
    """Each attempt, and the first step that it told anything of."""
    query = (
        select(
            CurvePiece.attempt,
            func.min(CurvePiece.first_seq),
            func.min(CurvePiece.low_step),
            func.min(CurvePiece.high_step),
        )
        .where(CurvePiece.job_id == job_id)
        .group_by(CurvePiece.attempt)
    )
    for attempt, first_seq, low_step, high_step in session.execute(query):
        first = session.get_one(Event, (job_id, first_seq))
        yield attempt, min(first.data["step"], low_step, high_step)
