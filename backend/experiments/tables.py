"""Experiments: a few settings of one recipe, tried as runs of their own."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.clock import utc_now
from backend.db import Base
from backend.ids import ExperimentId, PersonId, ProjectId, RunId


class ExperimentStatus(StrEnum):
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Experiment(Base):
    """`started` counts the trials and fences: whoever raises it by one starts the next. Its runs
    name it. `problem` is why it ended before its time."""

    __tablename__ = "experiments"
    __table_args__ = (Index("ix_experiments_newest", "project_id", "id"),)

    id: Mapped[ExperimentId] = mapped_column(primary_key=True, default=ExperimentId.new)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"))
    person_id: Mapped[PersonId]  # who asked for it; its runs go to the Hub as they would
    name: Mapped[str] = mapped_column(String(200))
    recipe: Mapped[dict[str, Any]]
    space: Mapped[list[Any]]
    trials: Mapped[int]
    at_once: Mapped[int]
    started: Mapped[int] = mapped_column(default=0)
    status: Mapped[ExperimentStatus] = mapped_column(default=ExperimentStatus.RUNNING, index=True)
    chosen_run_id: Mapped[RunId | None]
    problem: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]
