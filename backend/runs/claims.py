"""Who works at what: claims and beats; how attempts end is in `outcomes`. Every write names its
attempt.

A worker that was given up may still be running. So each of its writes is one UPDATE that matches
`attempt` and `worker_id`; where it matches no row, the attempt is lost and nothing was changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.orm import Session

from backend.clock import utc_now
from backend.db import shared_now
from backend.ids import JobId, WorkerId
from backend.runs.events import Fact, state, write
from backend.runs.limits import NO_LIMITS, Limits, Reached
from backend.runs.states import JobKind, JobStatus, Phase, Wish
from backend.runs.tables import Attempt, Job


class AttemptLost(Exception):
    """Another attempt has this job now, or none; whoever gets this stops its work at once."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A job that this worker holds: what it is, and the token that fences its writes. `spool_upto`
    is how far the spools of earlier attempts were brought home, `ran_seconds` how long they took,
    `halvings` how often the batch was halved for want of memory, `beat` how often this attempt has
    told of itself."""

    job_id: JobId
    kind: JobKind
    payload: dict[str, Any]
    attempt: int
    worker_id: WorkerId
    spool_upto: int = 0
    ran_seconds: float = 0.0
    time_limit_seconds: int | None = None
    halvings: int = 0
    beat: int = 0
    hosts: int = 1
    queue: str = "gpu"


def claim(
    session: Session,
    queues: Sequence[str],
    worker_id: WorkerId,
    schema: int,
    limits: Limits = NO_LIMITS,
) -> Claim | None:
    """Take the best queued job of these queues, or None. Jobs of a newer schema are left alone,
    and so are those of a queue or a kind of which as many run already as `limits` allow. Who holds
    a job already gets the same again: it claims only when it does nothing, so the answer to its
    last claim was lost."""
    if (kept := _held_by(session, worker_id)) is not None:
        return kept
    best = _best(session, queues, schema, limits.reached(session, queues))
    taken = (
        update(Job)
        .where(Job.id == best.scalar_subquery())
        .values(
            status=JobStatus.RUNNING,
            phase=Phase.PREPARING,
            attempt=Job.attempt + 1,
            worker_id=worker_id,
            beat=0,
            beat_at=func.now(),
            wish=None,
            started_at=func.coalesce(Job.started_at, utc_now()),
            last_seq=Job.last_seq + 1,
        )
        .returning(
            Job.id,
            Job.kind,
            Job.payload,
            Job.attempt,
            Job.last_seq,
            Job.spool_upto,
            Job.ran_seconds,
            Job.time_limit_seconds,
            Job.halvings,
            Job.hosts,
            Job.queue,
            Job.beat,
        )
        .execution_options(synchronize_session=False)
    )
    row = session.execute(taken).one_or_none()
    if row is None:
        return None
    session.add(Attempt(job_id=row.id, n=row.attempt, worker_id=worker_id))
    fact = state(JobStatus.RUNNING, attempt=row.attempt)
    write(session, row.id, row.attempt, row.last_seq - 1, [fact])
    return _claim_of(row, worker_id)


def _held_by(session: Session, worker_id: WorkerId) -> Claim | None:
    query = select(Job).where(Job.status == JobStatus.RUNNING, Job.worker_id == worker_id).limit(1)
    job = session.scalar(query)
    return None if job is None else _claim_of(job, worker_id)


def _claim_of(job: Job | Row[Any], worker_id: WorkerId) -> Claim:
    return Claim(
        job_id=job.id,
        kind=job.kind,
        payload=job.payload,
        attempt=job.attempt,
        worker_id=worker_id,
        spool_upto=job.spool_upto,
        ran_seconds=job.ran_seconds,
        time_limit_seconds=job.time_limit_seconds,
        halvings=job.halvings,
        hosts=job.hosts,
        queue=job.queue,
        beat=job.beat,
    )


def is_waiting(session: Session, queues: Sequence[str], schema: int, limits: Limits) -> bool:
    """Whether there is a job that `claim` would take now."""
    reached = limits.reached(session, queues)
    return session.execute(_waiting(session, queues, schema, reached)).first() is not None


def _best(session: Session, queues: Sequence[str], schema: int, reached: Reached) -> Select[JobId]:
    best = _waiting(session, queues, schema, reached)
    if session.get_bind().dialect.name == "sqlite":
        return best  # one writer at a time: BEGIN IMMEDIATE has locked the others out
    held = best.with_for_update(skip_locked=True).cte("best").prefix_with("MATERIALIZED")
    return select(held.c.id)


def _waiting(
    session: Session, queues: Sequence[str], schema: int, reached: Reached
) -> Select[JobId]:
    return (
        select(Job.id)
        .where(
            Job.status == JobStatus.QUEUED,
            Job.queue.in_([queue for queue in queues if queue not in reached.queues]),
            Job.kind.not_in(reached.kinds),
            Job.not_before <= shared_now(session),
            Job.schema <= schema,
        )
        .order_by(Job.priority.desc(), Job.created_at, Job.id)
        .limit(1)
    )


@dataclass(frozen=True, kw_only=True)
class Beat:
    """What a supervisor brings each second: events, and how far of the spool they reach."""

    spool_from: int
    spool_upto: int
    number: int | None = None  # how many beats of this attempt came before; None: it doesn't count
    facts: Sequence[Fact] = ()
    phase: Phase | None = None
    progress: dict[str, Any] | None = None
    has_checkpoint: bool = False
    seconds: float = 0.0  # since the beat before


def beat(session: Session, claim: Claim, brought: Beat) -> Wish | None:
    """Say that the attempt lives, and keep what it brings; answers with what is wished of it.

    The same beat twice (its first answer was lost) changes nothing.

    Raises AttemptLost where another attempt holds the job.
    """
    values: dict[str, Any] = {
        "last_seq": Job.last_seq + len(brought.facts),
        "beat": Job.beat + 1,
        "beat_at": func.now(),
        "spool_upto": brought.spool_upto,
        "ran_seconds": Job.ran_seconds + brought.seconds,
    }
    counted = [] if brought.number is None else [Job.beat == brought.number]
    values |= {"phase": brought.phase} if brought.phase else {}
    values |= {"progress": brought.progress} if brought.progress else {}
    values |= {"failures": 0} if brought.has_checkpoint else {}
    row = session.execute(
        update(Job)
        .where(*held(claim), Job.spool_upto == brought.spool_from, *counted)
        .values(values)
        .returning(Job.last_seq, Job.wish)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return _repeated(session, claim, brought)
    first = row.last_seq - len(brought.facts)
    write(session, claim.job_id, claim.attempt, first, brought.facts)
    wish: Wish | None = row.wish
    return wish


def _repeated(session: Session, claim: Claim, brought: Beat) -> Wish | None:
    row = session.execute(select(Job.spool_upto, Job.wish).where(*held(claim))).one_or_none()
    if row is None or row.spool_upto != brought.spool_upto:
        raise AttemptLost(claim.job_id)
    wish: Wish | None = row.wish
    return wish


def held(claim: Claim) -> list[Any]:
    """What a row must be for a write of this attempt to count."""
    return [
        Job.id == claim.job_id,
        Job.attempt == claim.attempt,
        Job.worker_id == claim.worker_id,
        Job.status == JobStatus.RUNNING,
    ]
