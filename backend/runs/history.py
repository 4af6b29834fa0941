"""What a run's page shows before the stream takes over: all figures, the newest lines of the log."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.runs.schemas import EventOut
from backend.runs.tables import Event, Run

LINE_KINDS = ("state", "phase", "log")
MOST_LINES = 300


@dataclass(frozen=True, kw_only=True)
class History:
    """Everything up to event `last_seq`; the stream goes on after it."""

    metrics: list[dict[str, Any]]
    lines: list[EventOut]
    last_seq: int


def history(session: Session, run: Run) -> History:
    last_seq = run.job.last_seq
    known = select(Event).where(Event.job_id == run.job_id, Event.seq <= last_seq)
    metrics = session.scalars(known.where(Event.kind == "metrics").order_by(Event.seq))
    newest = known.where(Event.kind.in_(LINE_KINDS)).order_by(Event.seq.desc())
    lines = [EventOut.model_validate(event) for event in session.scalars(newest.limit(MOST_LINES))]
    return History(metrics=[event.data for event in metrics], lines=lines[::-1], last_seq=last_seq)
