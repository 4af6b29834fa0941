"""Jobs, their attempts and events, and runs: a training as a person sees it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.clock import utc_now
from backend.db import Base
from backend.ids import (
    ExperimentId,
    JobId,
    ModelId,
    PersonId,
    ProjectId,
    RunId,
    VersionId,
    WorkerId,
)
from backend.runs.states import JobKind, JobStatus, Phase, Wish

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Of a job that waits for nothing but a worker: due whatever a machine's clock says."""


class Job(Base):
    """One unit of queued work. `attempt` and `worker_id` fence: a write by any other changes nothing.

    `last_seq` numbers the events without a gap; `spool_upto` is how many bytes of the attempts'
    spools have become events; `failures` counts crashes since the last new checkpoint.
    """

    __tablename__ = "jobs"

    id: Mapped[JobId] = mapped_column(primary_key=True, default=JobId.new)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"))
    person_id: Mapped[PersonId | None]  # who asked for it; it goes to the Hub as they would
    kind: Mapped[JobKind]
    payload: Mapped[dict[str, Any]]
    model_id: Mapped[ModelId | None] = mapped_column(index=True)  # what is done to a model
    schema: Mapped[int] = mapped_column(default=1)
    queue: Mapped[str] = mapped_column(String(100))
    priority: Mapped[int] = mapped_column(default=0)
    status: Mapped[JobStatus] = mapped_column(default=JobStatus.QUEUED)
    phase: Mapped[Phase | None]
    wish: Mapped[Wish | None]  # cancel or pause; the supervisor heeds it
    attempt: Mapped[int] = mapped_column(default=0)
    beat: Mapped[int] = mapped_column(BigInteger, default=0)  # stands still: the worker is lost
    beat_at: Mapped[datetime | None]
    worker_id: Mapped[WorkerId | None]  # None: nobody holds it
    not_before: Mapped[datetime] = mapped_column(default=AT_ONCE)  # by the clock of the database
    failures: Mapped[int] = mapped_column(default=0)
    halvings: Mapped[int] = mapped_column(default=0)  # of the batch, for want of memory
    ran_seconds: Mapped[float] = mapped_column(default=0.0)  # of all attempts, as their workers saw
    time_limit_seconds: Mapped[int | None]
    hosts: Mapped[int] = mapped_column(default=1)  # that work at it together
    room_bytes: Mapped[int | None] = mapped_column(BigInteger)  # it waits for so much disk
    late_writes: Mapped[int] = mapped_column(default=0)  # of attempts that were given up
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    spool_upto: Mapped[int] = mapped_column(BigInteger, default=0)
    progress: Mapped[dict[str, Any] | None]
    problem: Mapped[dict[str, Any] | None]  # why it failed, in words: code, title, detail
    result: Mapped[dict[str, Any] | None]  # what it made, by id
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_jobs_waiting", "status", "queue", priority.desc(), "created_at", "id"),
        Index("ix_jobs_newest", "project_id", "id"),
    )


class Attempt(Base):
    """One try of one worker at a job. Where it takes several hosts, its processes meet at `address`
    and `port`; `ranks` is how many there are, once all hosts have joined."""

    __tablename__ = "attempts"

    job_id: Mapped[JobId] = mapped_column(
        ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True
    )
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    worker_id: Mapped[WorkerId]
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    address: Mapped[str | None] = mapped_column(String(255))
    port: Mapped[int | None]
    ranks: Mapped[int | None]


class AttemptHelper(Base):
    """Another host's part in an attempt: the `place`th after the one that leads it, with `ranks`
    processes of its own. `worker_id` fences, as in a job."""

    __tablename__ = "attempt_helpers"

    job_id: Mapped[JobId] = mapped_column(
        ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True
    )
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    worker_id: Mapped[WorkerId]
    ranks: Mapped[int]
    first_rank: Mapped[int | None]  # None: not all hosts are there yet
    beat: Mapped[int] = mapped_column(BigInteger, default=0)
    wants_stop: Mapped[bool] = mapped_column(default=False)
    exit_code: Mapped[int | None]
    joined_at: Mapped[datetime] = mapped_column(default=utc_now)


class Event(Base):
    """One numbered fact about a job: 1, 2, 3, … without a gap. `schema` says how to read `data`."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_kind", "job_id", "kind", "seq"),)

    job_id: Mapped[JobId] = mapped_column(
        ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    attempt: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=utc_now)
    kind: Mapped[str] = mapped_column(String(20))
    data: Mapped[dict[str, Any]]
    schema: Mapped[int] = mapped_column(default=1)


class CurvePiece(Base):
    """Some steps of one figure, as one attempt told them: the lowest, highest and last point, how
    many there were, and in which events. A curve of a million points is drawn from these."""

    __tablename__ = "curve_pieces"

    job_id: Mapped[JobId] = mapped_column(
        ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    piece: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    points: Mapped[int]
    low_step: Mapped[int] = mapped_column(BigInteger)
    low: Mapped[float]
    high_step: Mapped[int] = mapped_column(BigInteger)
    high: Mapped[float]
    last_step: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[float]
    first_seq: Mapped[int] = mapped_column(BigInteger)
    last_seq: Mapped[int] = mapped_column(BigInteger)


class Run(Base):
    """One training of one recipe. Its state is its job's. `tags`, `notes` and `pairs` are its
    owner's, and mean nothing to the studio."""

    __tablename__ = "runs"
    __table_args__ = (
        Index("ix_runs_newest", "project_id", "id"),
        Index("ix_runs_by_name", "project_id", "name", "id"),
    )

    id: Mapped[RunId] = mapped_column(primary_key=True, default=RunId.new)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"))
    job_id: Mapped[JobId] = mapped_column(ForeignKey("jobs.id"), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    notes: Mapped[str] = mapped_column(Text, default="")
    tags: Mapped[list[Any]] = mapped_column(default=list)
    pairs: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict)
    recipe: Mapped[dict[str, Any]]
    model_id: Mapped[ModelId | None]
    seeds_of: Mapped[RunId | None] = mapped_column(index=True)  # the first of the same recipe
    experiment_id: Mapped[ExperimentId | None] = mapped_column(index=True)  # it is a trial of
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    job: Mapped[Job] = relationship(lazy="joined", innerjoin=True)


class RunCost(Base):
    """What a run was expected to take when it was queued, and what it took. `speed_at` says by which
    measure of the machine it was `reckoned`; `host` and `device` are of where it was trained."""

    __tablename__ = "run_costs"
    __table_args__ = (
        Index("ix_run_costs_machine", "host", "device", "run_id"),
        Index("ix_run_costs_base_model", "base_model"),
    )

    run_id: Mapped[RunId] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
    )
    base_model: Mapped[str] = mapped_column(String(200))
    version_id: Mapped[VersionId]  # of the first dataset
    speed_at: Mapped[str | None] = mapped_column(String(40))
    estimate: Mapped[dict[str, Any]]
    reckoned: Mapped[dict[str, Any]]
    host: Mapped[str | None] = mapped_column(String(255))  # None: it has not ended well yet
    device: Mapped[str | None] = mapped_column(String(200))
    spent: Mapped[dict[str, Any] | None]


class Machine(Base):
    """Where trainings are done: a host and what computes there, with the speed that it has measured
    of itself. `ranks` is how many processes make one training."""

    __tablename__ = "machines"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    device: Mapped[str] = mapped_column(String(200), primary_key=True)
    ranks: Mapped[int] = mapped_column(default=1)
    speed: Mapped[dict[str, Any] | None]
    measured_at: Mapped[datetime | None]
    seen_at: Mapped[datetime] = mapped_column(default=utc_now)


class RunVersion(Base):
    """A run was trained on this version: what a model came from can't be deleted under it."""

    __tablename__ = "run_versions"

    run_id: Mapped[RunId] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
    )
    version_id: Mapped[VersionId] = mapped_column(
        ForeignKey("dataset_versions.id"), primary_key=True, index=True
    )
