"""The numbered events of a job: appended under the job's row lock, read in order.

The lock lasts to the commit, so the order of commits is the order of numbers, and a reader of
`seq > x` never sees a hole that fills later.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from backend.clock import utc_now
from backend.ids import JobId
from backend.runs import curve_pieces
from backend.runs.announcing import announce_state
from backend.runs.tables import Event, Job

EVENT_SCHEMA = 1
METRICS = "metrics"
STATE = "state"


@dataclass(frozen=True)
class Fact:
    """An event before it has its number."""

    kind: str
    data: dict[str, Any]
    at: datetime = field(default_factory=utc_now)


def state(status: str, reason: str | None = None, **more: Any) -> Fact:
    told = {} if reason is None else {"reason": reason}
    return Fact(STATE, {"status": status, **told, **more})


def log_line(message: str, level: str = "info") -> Fact:
    return Fact("log", {"level": level, "message": message})


def append(session: Session, job_id: JobId, *facts: Fact) -> int:
    """Number these facts and keep them; for everybody but the worker that holds the job.

    Returns the last number.
    """
    counted = (
        update(Job)
        .where(Job.id == job_id)
        .values(last_seq=Job.last_seq + len(facts))
        .returning(Job.last_seq, Job.attempt)
        .execution_options(synchronize_session=False)
    )
    last_seq, attempt = session.execute(counted).one()
    write(session, job_id, attempt, last_seq - len(facts), facts)
    return int(last_seq)


def write(
    session: Session, job_id: JobId, attempt: int, after_seq: int, facts: Sequence[Fact]
) -> None:
    """Insert facts under numbers that the caller has taken on the job's row. Of a new state,
    webhooks are told."""
    rows = [
        {
            "job_id": job_id,
            "seq": after_seq + n,
            "attempt": attempt,
            "at": fact.at,
            "kind": fact.kind,
            "data": fact.data,
            "schema": EVENT_SCHEMA,
        }
        for n, fact in enumerate(facts, start=1)
    ]
    if rows:
        session.execute(insert(Event), rows)
    told = {
        after_seq + n: fact.data for n, fact in enumerate(facts, start=1) if fact.kind == METRICS
    }
    curve_pieces.add(session, job_id, attempt, told)
    for fact in facts:
        if fact.kind == STATE:
            announce_state(session, job_id, attempt, fact.data["status"])


def after(session: Session, job_id: JobId, seq: int, limit: int = 1_000) -> Sequence[Event]:
    """The events that follow number `seq`, in order."""
    query = select(Event).where(Event.job_id == job_id, Event.seq > seq)
    return session.scalars(query.order_by(Event.seq).limit(limit)).all()
