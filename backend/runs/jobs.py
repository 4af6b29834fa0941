"""Putting work into a queue, and taking back the wish for it."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.broker import Broker
from backend.clock import utc_now
from backend.db import after_commit
from backend.ids import JobId
from backend.problems import Conflict
from backend.runs.events import append, log_line, state
from backend.runs.states import QUEUE_OF, JobKind, JobStatus, Wish
from backend.runs.tables import Job


def enqueue(
    session: Session, who: Person, broker: Broker, kind: JobKind, payload: dict[str, Any]
) -> Job:
    """A new job, with its first event; the queue hears of it after the commit."""
    queue = QUEUE_OF[kind]
    job = Job(project_id=who.project_id, kind=kind, payload=payload, queue=queue)
    session.add(job)
    session.flush()
    append(session, job.id, state(JobStatus.QUEUED))
    after_commit(session, lambda: broker.ring(queue))
    return job


def resume(session: Session, job: Job, broker: Broker) -> None:
    """Put a paused job back into its queue, where it goes on from its last checkpoint, if it
    has any.

    Raises Conflict if it isn't paused.
    """
    queued = session.execute(
        update(Job)
        .where(Job.id == job.id, Job.status == JobStatus.PAUSED)
        .values(status=JobStatus.QUEUED, not_before=utc_now(), failures=0, problem=None)
        .returning(Job.id)
    ).one_or_none()
    if queued is None:
        raise Conflict(
            "not_paused",
            "This isn't paused",
            f"It is {job.status.value}; only what is paused can be resumed.",
        )
    append(session, job.id, state(JobStatus.QUEUED, "a person resumed it"))
    queue = job.queue
    after_commit(session, lambda: broker.ring(queue))
    session.refresh(job)


def cancel(session: Session, job: Job, broker: Broker) -> None:
    """End a job: at once if it waits, within seconds if it works. Twice is once.

    Raises Conflict if it has already ended in another way.
    """
    session.refresh(job, with_for_update=True)  # from here on it stays what it is
    if job.status is JobStatus.CANCELLED or job.wish is Wish.CANCEL:
        return
    if job.status.is_ended:
        raise Conflict(
            "already_ended",
            "This has already ended",
            f"It ended as {job.status.value}; there is nothing left to stop.",
        )
    waits = (JobStatus.QUEUED, JobStatus.PAUSED)
    ended = session.execute(
        update(Job)
        .where(Job.id == job.id, Job.status.in_(waits))
        .values(status=JobStatus.CANCELLED, ended_at=utc_now())
        .returning(Job.id)
    ).one_or_none()
    if ended:
        append(session, job.id, state(JobStatus.CANCELLED, "stopped before it began"))
    elif session.execute(
        update(Job)
        .where(Job.id == job.id, Job.status == JobStatus.RUNNING)
        .values(wish=Wish.CANCEL)
        .returning(Job.id)
    ).one_or_none():
        append(session, job.id, log_line("a person asked to stop; the worker stops now"))
    job_id: JobId = job.id
    after_commit(session, lambda: broker.tell(job_id))
    session.refresh(job)
