"""Putting work into a queue, and taking back the wish for it."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.broker import Broker
from backend.clock import utc_now
from backend.db import after_commit
from backend.ids import JobId, ModelId
from backend.problems import Conflict
from backend.runs.events import append, log_line, state
from backend.runs.states import NEEDS_WHAT_IT_USED_UP, QUEUE_OF, JobKind, JobStatus, Wish
from backend.runs.tables import AT_ONCE, Job


def enqueue(
    session: Session,
    who: Person,
    broker: Broker,
    kind: JobKind,
    payload: dict[str, Any],
    priority: int = 0,
    time_limit_seconds: int | None = None,
    hosts: int = 1,
    model_id: ModelId | None = None,
) -> Job:
    """A new job, with its first event; the queue hears of it after the commit. `model_id` is the
    model that it does something to."""
    queue = QUEUE_OF[kind]
    job = Job(
        project_id=who.project_id,
        person_id=who.id,
        kind=kind,
        payload=payload,
        model_id=model_id,
        queue=queue,
        priority=priority,
        time_limit_seconds=time_limit_seconds,
        hosts=hosts,
    )
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
        .values(
            status=JobStatus.QUEUED,
            not_before=AT_ONCE,
            failures=0,
            problem=None,
            room_bytes=None,
        )
        .returning(Job.id)
    ).one_or_none()
    if queued is None:
        raise Conflict(
            "not_paused",
            "This isn't paused",
            f"It is {job.status.value}; only what is paused can be resumed.",
        )
    _queued(session, job, broker, "a person resumed it")


def retry(session: Session, job: Job, broker: Broker) -> None:
    """Try a job again that failed or was stopped. It goes on from its last checkpoint where that
    is still kept, which is a day after a failure.

    Raises Conflict if it did neither, or if what it was given is used up.
    """
    if job.kind in NEEDS_WHAT_IT_USED_UP:
        raise Conflict(
            "used_up",
            "What this was to read is gone",
            "A file that was read, or refused, is not kept. Bring it again instead.",
        )
    queued = session.execute(
        update(Job)
        .where(Job.id == job.id, Job.status.in_((JobStatus.FAILED, JobStatus.CANCELLED)))
        .values(
            status=JobStatus.QUEUED,
            not_before=AT_ONCE,
            failures=0,
            problem=None,
            progress=None,
            ended_at=None,
        )
        .returning(Job.id)
    ).one_or_none()
    if queued is None:
        session.refresh(job)
        raise Conflict(
            "not_failed",
            "This needs no second try",
            f"It is {job.status.value}; only what failed or was stopped can be tried again. "
            "To train the same once more, clone it.",
        )
    _queued(session, job, broker, "a person tries it again")


def _queued(session: Session, job: Job, broker: Broker, reason: str) -> None:
    append(session, job.id, state(JobStatus.QUEUED, reason))
    queue, job_id = job.queue, job.id
    after_commit(session, lambda: broker.ring(queue))
    after_commit(session, lambda: broker.tell(job_id))
    session.refresh(job)


def pause(session: Session, job: Job, broker: Broker) -> None:
    """Set a job aside: at once if it waits; if it works, once its checkpoint is written. Twice is
    once.

    Raises Conflict if it has ended, or is about to be stopped.
    """
    session.refresh(job, with_for_update=True)  # from here on it stays what it is
    if job.status is JobStatus.PAUSED or job.wish is Wish.PAUSE:
        _set(session, job, room_bytes=None)  # what waits for a disk now waits for a person
        return
    if job.status.is_ended or job.wish is Wish.CANCEL:
        said = "is being stopped" if job.wish else f"ended as {job.status.value}"
        raise Conflict("nothing_to_pause", "There is nothing to pause", f"It {said}.")
    if job.status is JobStatus.QUEUED:
        _set(session, job, status=JobStatus.PAUSED)
        append(session, job.id, state(JobStatus.PAUSED, "a person paused it"))
    else:
        _set(session, job, wish=Wish.PAUSE)
        append(session, job.id, log_line("a person asked to pause; a checkpoint is written first"))
    job_id = job.id
    after_commit(session, lambda: broker.tell(job_id))
    session.refresh(job)


def change(
    session: Session, job: Job, priority: int | None, time_limit_seconds: int | None
) -> None:
    """Give a job another place in its queue, or another time limit.

    Raises Conflict if it has ended: neither would mean anything. (A limit may be raised of one that
    failed, before it is tried again.)
    """
    may_be_tried = job.status is JobStatus.FAILED and priority is None
    if job.status.is_ended and not may_be_tried:
        raise Conflict(
            "already_ended",
            "This has already ended",
            f"It ended as {job.status.value}; its place in the queue means nothing any more.",
        )
    values: dict[str, Any] = {} if priority is None else {"priority": priority}
    values |= {} if time_limit_seconds is None else {"time_limit_seconds": time_limit_seconds}
    _set(session, job, **values)
    session.refresh(job)


def _set(session: Session, job: Job, **values: Any) -> None:
    if values:
        session.execute(update(Job).where(Job.id == job.id).values(values))


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
