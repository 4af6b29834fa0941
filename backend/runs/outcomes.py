"""How an attempt ends, by its worker or by whoever missed the worker, and what becomes of its job."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.clock import utc_now
from backend.db import shared_now
from backend.ids import JobId
from backend.runs.claims import AttemptLost, Claim, held
from backend.runs.events import append, state
from backend.runs.states import JobStatus, Next, Outcome, decide_next
from backend.runs.tables import AT_ONCE, Attempt, Job


def ended_as(session: Session, claim: Claim, outcome: Outcome) -> JobStatus | None:
    """What became of the job when this very attempt ended so; None where it has not."""
    query = (
        select(Job.status)
        .join(Attempt, Attempt.job_id == Job.id)
        .where(
            Attempt.job_id == claim.job_id,
            Attempt.n == claim.attempt,
            Attempt.worker_id == claim.worker_id,
            Attempt.outcome == outcome,
        )
    )
    return session.scalar(query)


def end(
    session: Session,
    claim: Claim,
    outcome: Outcome,
    reason: str | None = None,
    problem: dict[str, Any] | None = None,
    retry_seconds: float = 10.0,
    room_bytes: int | None = None,
) -> JobStatus:
    """End an attempt: the job succeeds, fails, or waits again, and an event says so. One that is
    paused for want of disk goes on by itself when there are `room_bytes`.

    Raises AttemptLost where another attempt holds the job: then nothing has ended.
    """
    query = select(Job.failures, Job.wish).where(*held(claim)).with_for_update()
    row = session.execute(query).one_or_none()
    if row is None:
        raise AttemptLost(claim.job_id)
    follows = decide_next(outcome, row.failures, row.wish, retry_seconds)
    is_why = follows.status is JobStatus.FAILED or outcome is Outcome.PAUSED
    settle(session, claim.job_id, follows, problem if is_why else None, room_bytes)
    _close_attempt(session, claim.job_id, claim.attempt, outcome)
    append(session, claim.job_id, state(follows.status, reason))
    return follows.status


def settle(
    session: Session,
    job_id: JobId,
    follows: Next,
    problem: dict[str, Any] | None = None,
    room_bytes: int | None = None,
) -> None:
    """Write what becomes of a job whose attempt is over. Every exit clears the wish."""
    values: dict[str, Any] = {
        "status": follows.status,
        "failures": follows.failures,
        "worker_id": None,
        "wish": None,
        "phase": None,
        "not_before": AT_ONCE,
    }
    if follows.wait_seconds:
        wait = timedelta(seconds=follows.wait_seconds)
        values["not_before"] = shared_now(session) + wait
    if follows.status.is_ended:
        values["ended_at"] = utc_now()
    if follows.status is JobStatus.PAUSED:
        values["room_bytes"] = room_bytes
    if follows.halves_batch:
        values["halvings"] = Job.halvings + 1
    if follows.status in (JobStatus.FAILED, JobStatus.PAUSED):
        values["problem"] = problem
    session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(values)
        .execution_options(synchronize_session=False)
    )


def count_late(session: Session, job_id: JobId) -> None:
    """An attempt that was given up wrote after that, and changed nothing: how often, for whoever
    wonders about a worker."""
    session.execute(update(Job).where(Job.id == job_id).values(late_writes=Job.late_writes + 1))


def _close_attempt(session: Session, job_id: JobId, n: int, outcome: Outcome) -> None:
    session.execute(
        update(Attempt)
        .where(Attempt.job_id == job_id, Attempt.n == n)
        .values(ended_at=utc_now(), outcome=outcome)
    )


def take_back(
    session: Session, job_id: JobId, attempt: int, beat: int, retry_seconds: float
) -> bool:
    """Give up an attempt whose beat stood still; compare-and-set, so many watchers are harmless.

    False where the attempt moved after all, somebody writes to it, or another watcher was first.
    """
    row = session.execute(
        select(Job.failures, Job.wish)
        .where(
            Job.id == job_id,
            Job.status == JobStatus.RUNNING,
            Job.attempt == attempt,
            Job.beat == beat,
        )
        # Whoever holds the row may be what keeps its worker from beating, so we don't wait for it.
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return False
    follows = decide_next(Outcome.LOST, row.failures, row.wish, retry_seconds)
    problem = {
        "code": "worker_lost",
        "title": "The worker was lost again and again",
        "detail": f"{follows.failures} attempts in a row went silent. Look whether the machine "
        "runs out of memory, then retry the run.",
    }
    settle(session, job_id, follows, problem if follows.status is JobStatus.FAILED else None)
    _close_attempt(session, job_id, attempt, Outcome.LOST)
    append(session, job_id, state(follows.status, "the worker went silent"))
    return True
