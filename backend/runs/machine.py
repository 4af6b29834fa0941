"""What the machines of a run had to do: its `system` events, as its worker measured them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.ids import JobId
from backend.runs.tables import Event

SYSTEM = "system"


class HostOut(BaseModel):
    """The machine. What could not be measured is null."""

    model_config = ConfigDict(extra="allow")

    cpu_percent: float | None = None
    memory_used_bytes: int | None = None
    memory_total_bytes: int | None = None


class DeviceOut(BaseModel):
    """One GPU. What could not be measured is null."""

    model_config = ConfigDict(extra="allow")

    index: int
    name: str | None = None
    memory_used_bytes: int | None = None
    memory_total_bytes: int | None = None
    utilisation_percent: float | None = None
    temperature_celsius: float | None = None


class SystemSampleOut(BaseModel):
    at: datetime
    attempt: int
    host: HostOut
    devices: list[DeviceOut]


class SystemMetricsOut(BaseModel):
    """Evenly taken from `samples`, the newest always among them."""

    items: list[SystemSampleOut]
    samples: int


def samples(session: Session, job_id: JobId, max_points: int) -> SystemMetricsOut:
    """The machines over the life of a run, in at most `max_points` samples."""
    ours = (Event.job_id == job_id, Event.kind == SYSTEM)
    total = session.scalar(select(func.count()).select_from(Event).where(*ours)) or 0
    stride = -(-total // max_points) or 1
    place = func.row_number().over(order_by=Event.seq.desc())
    numbered = select(Event.seq, place.label("place")).where(*ours).subquery()
    taken = select(numbered.c.seq).where((numbered.c.place - 1) % stride == 0)
    query = select(Event).where(*ours, Event.seq.in_(taken)).order_by(Event.seq)
    items = [_sample(event.at, event.attempt, event.data) for event in session.scalars(query)]
    return SystemMetricsOut(items=items, samples=total)


def _sample(at: datetime, attempt: int, data: dict[str, Any]) -> SystemSampleOut:
    return SystemSampleOut(
        at=at,
        attempt=attempt,
        host=HostOut.model_validate(data.get("host") or {}),
        devices=[DeviceOut.model_validate(device) for device in data.get("devices") or ()],
    )
