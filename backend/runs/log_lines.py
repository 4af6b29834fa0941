"""A run's log: those of its events that are lines for a person to read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from backend.ids import JobId
from backend.runs.tables import Event

LINE_KINDS = ("state", "phase", "log")


class LogLineOut(BaseModel):
    """`level` is `info`, `warning` or `error`; `kind` says whether a state or phase began."""

    seq: int
    at: datetime
    attempt: int
    kind: str
    level: str
    message: str

    @classmethod
    def of(cls, event: Event) -> "LogLineOut":
        return cls(
            seq=event.seq,
            at=event.at,
            attempt=event.attempt,
            kind=event.kind,
            level=event.data.get("level", "info"),
            message=_message(event.kind, event.data),
        )

    @property
    def in_words(self) -> str:
        return f"{self.at:%Y-%m-%dT%H:%M:%SZ} {self.level:7} {self.message}"


class LogOut(BaseModel):
    """`last_seq` is the number of the run's last event, to ask on from with `after`."""

    items: list[LogLineOut]
    last_seq: int
    is_ended: bool


def lines(
    session: Session,
    job_id: JobId,
    most: int,
    after: int | None = None,
    upto: int | None = None,
) -> Sequence[Event]:
    """The newest `most` lines in their order; with `after`, the first that follow it."""
    order = Event.seq.desc() if after is None else Event.seq
    wanted = [Event.job_id == job_id]
    wanted += [Event.seq <= upto] if upto is not None else []
    wanted += [Event.seq > after] if after is not None else []
    of_kinds = [
        select(Event.seq).where(*wanted, Event.kind == kind).order_by(order).limit(most).subquery()
        for kind in LINE_KINDS  # one by one: of all at once, a million figures would be passed over
    ]
    numbers = union_all(*(select(of_kind.c.seq) for of_kind in of_kinds))
    query = select(Event).where(Event.job_id == job_id, Event.seq.in_(numbers))
    found = session.scalars(query.order_by(order).limit(most)).all()
    return found if after is not None else found[::-1]


def _message(kind: str, data: dict[str, Any]) -> str:
    if kind == "state":
        reason = data.get("reason")
        return f"{data['status']}: {reason}" if reason else str(data["status"])
    return str(data["phase"] if kind == "phase" else data["message"])
