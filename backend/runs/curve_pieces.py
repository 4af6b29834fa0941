"""Pieces of curves, kept as the events come: of every 64 steps of a figure its lowest, highest and
last point. So a curve of a million points is drawn without reading a million events.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backend.ids import JobId
from backend.runs.curves import number
from backend.runs.tables import CurvePiece

PIECE_STEPS = 64
_LONGEST_KEY = 200
_AXES = ("step", "epoch")
_Upsert = sqlite.Insert | postgresql.Insert
_INSERT: dict[str, Callable[[Any], _Upsert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def add(
    session: Session, job_id: JobId, attempt: int, metrics: Mapping[int, dict[str, Any]]
) -> None:
    """Note the figures of these `metrics` events, by their numbers, under the job's row lock."""
    pieces: dict[tuple[str, int], dict[str, Any]] = {}
    for seq, figures in metrics.items():
        for key, step, value in _points(figures):
            place = (key, step // PIECE_STEPS)
            pieces[place] = _with(pieces.get(place), seq, step, value)
    if not pieces:
        return
    rows = [
        {"job_id": job_id, "attempt": attempt, "key": key, "piece": piece, **values}
        for (key, piece), values in pieces.items()
    ]
    insert = _INSERT[session.get_bind().dialect.name](CurvePiece)
    new, old = insert.excluded, CurvePiece
    is_lower, is_higher = new.low < old.low, new.high > old.high
    merged = {
        "points": old.points + new.points,
        "low_step": case((is_lower, new.low_step), else_=old.low_step),
        "low": case((is_lower, new.low), else_=old.low),
        "high_step": case((is_higher, new.high_step), else_=old.high_step),
        "high": case((is_higher, new.high), else_=old.high),
        "last_step": new.last_step,
        "last": new.last,
        "last_seq": new.last_seq,
    }
    same = ["job_id", "key", "attempt", "piece"]
    session.execute(insert.on_conflict_do_update(index_elements=same, set_=merged), rows)


def _points(figures: dict[str, Any]) -> Iterator[tuple[str, int, float]]:
    step = figures.get("step")
    if not isinstance(step, int):
        return
    for key, figure in figures.items():
        value = number(figure)
        if value is not None and key not in _AXES and len(key) <= _LONGEST_KEY:
            yield key, step, value


def _with(piece: dict[str, Any] | None, seq: int, step: int, value: float) -> dict[str, Any]:
    """`piece` with one more point, which is the last."""
    ends = {"last_step": step, "last": value, "last_seq": seq}
    if piece is None:
        low = {"low_step": step, "low": value, "high_step": step, "high": value}
        return {"points": 1, "first_seq": seq, **low, **ends}
    more = piece | ends | {"points": piece["points"] + 1}
    if value < piece["low"]:
        more |= {"low_step": step, "low": value}
    if value > piece["high"]:
        more |= {"high_step": step, "high": value}
    return more
