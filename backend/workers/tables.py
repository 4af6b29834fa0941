"""Workers as the studio knows them, and devices that are not to be used."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.clock import utc_now
from backend.db import Base
from backend.ids import WorkerId


class WorkerState(StrEnum):
    """What an operator wants of a worker."""

    ACTIVE = "active"
    DRAINING = "draining"  # gives its job back with a checkpoint, and takes no other
    DISABLED = "disabled"  # ends the job that it has, and takes no other


class Worker(Base):
    """A place where one job at a time is done: a slot of a worker process, on one host.

    The row outlives its processes; `process_id` is new at each start, and is what a job that it
    holds has as `worker_id`. `beat` stands still where the process is gone or cut off.
    """

    __tablename__ = "workers"

    id: Mapped[WorkerId] = mapped_column(primary_key=True, default=WorkerId.new)
    host: Mapped[str] = mapped_column(String(255))
    queue: Mapped[str] = mapped_column(String(100))
    slot: Mapped[int]
    process_id: Mapped[WorkerId] = mapped_column(index=True)
    pid: Mapped[int]
    version: Mapped[str] = mapped_column(String(40))
    state: Mapped[WorkerState] = mapped_column(default=WorkerState.ACTIVE)
    is_online: Mapped[bool] = mapped_column(default=True)
    beat: Mapped[int] = mapped_column(BigInteger, default=0)
    beat_at: Mapped[datetime] = mapped_column(default=utc_now)
    devices: Mapped[list[Any]] = mapped_column(default=list)
    system: Mapped[dict[str, Any] | None]  # as last measured
    started_at: Mapped[datetime] = mapped_column(default=utc_now)

    __table_args__ = (UniqueConstraint("host", "queue", "slot"),)


class Quarantine(Base):
    """A device that failed in a way that another try would not mend; nothing runs on it until a
    person has looked and lifts this."""

    __tablename__ = "quarantines"

    device_uuid: Mapped[str] = mapped_column(String(100), primary_key=True)
    reason: Mapped[str] = mapped_column(String(500))
    worker_id: Mapped[WorkerId | None]
    at: Mapped[datetime] = mapped_column(default=utc_now)
