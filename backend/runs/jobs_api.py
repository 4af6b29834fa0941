"""Jobs of any kind over REST: how far they are, what became of them, stopping and resuming."""

from typing import Annotated

from fastapi import Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.current import MayRead, MayTrain
from backend.accounts.people import Person
from backend.ids import JobId
from backend.problems import NotFound
from backend.rest.route import rest_router
from backend.runs import jobs
from backend.runs.schemas import JobChange, JobOut
from backend.runs.states import JobKind, JobStatus
from backend.runs.tables import Job
from backend.runs.wanted import STATUS_LIST
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.paging import Cursor, Limit, Page, newest_first

router = rest_router("jobs")


@router.get("/jobs", operation_id="listJobs")
def list_(
    who: MayRead,
    session: ReadSession,
    kind: JobKind | None = None,
    status: Annotated[
        str | None, Query(pattern=STATUS_LIST, description="One or more, with commas between.")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[JobOut]:
    """All queued work of your project, newest first, whatever it is of."""
    query = select(Job).where(Job.project_id == who.project_id)
    if kind is not None:
        query = query.where(Job.kind == kind)
    if status is not None:
        query = query.where(Job.status.in_([JobStatus(each) for each in status.split(",")]))
    return newest_first(session, query, Job.id, limit, cursor, JobOut.model_validate)


@router.get("/jobs/{job_id}", operation_id="getJob")
def show(job_id: JobId, who: MayRead, session: ReadSession) -> JobOut:
    """One job: how far it is, and once it has ended, what it made or why it failed."""
    return JobOut.model_validate(get(session, who, job_id))


@router.post("/jobs/{job_id}/cancel", operation_id="cancelJob", status_code=202)
def cancel(job_id: JobId, who: MayTrain, session: DbSession, studio: TheStudio) -> JobOut:
    """End a job: at once if it waits, within seconds if it works. Twice is once."""
    job = get(session, who, job_id)
    jobs.cancel(session, job, studio.broker)
    return JobOut.model_validate(job)


@router.patch("/jobs/{job_id}", operation_id="changeJob")
def change(job_id: JobId, body: JobChange, who: MayTrain, session: DbSession) -> JobOut:
    """Give a job another place in its queue, or another time limit."""
    job = get(session, who, job_id)
    jobs.change(session, job, body.priority, body.time_limit_seconds)
    return JobOut.model_validate(job)


@router.post("/jobs/{job_id}/pause", operation_id="pauseJob", status_code=202)
def pause(job_id: JobId, who: MayTrain, session: DbSession, studio: TheStudio) -> JobOut:
    """Set a job aside. One that has no checkpoints begins anew when it is resumed."""
    job = get(session, who, job_id)
    jobs.pause(session, job, studio.broker)
    return JobOut.model_validate(job)


@router.post("/jobs/{job_id}/resume", operation_id="resumeJob", status_code=202)
def resume(job_id: JobId, who: MayTrain, session: DbSession, studio: TheStudio) -> JobOut:
    """Let a job that was paused, because the disk was full, go on."""
    job = get(session, who, job_id)
    jobs.resume(session, job, studio.broker)
    return JobOut.model_validate(job)


def get(session: Session, who: Person, job_id: JobId, kind: JobKind | None = None) -> Job:
    """Raises NotFound if there is none, none of this kind, or none that `who` may see."""
    query = select(Job).where(Job.id == job_id, Job.project_id == who.project_id)
    job = session.scalars(query).one_or_none()
    if job is None or kind not in (None, job.kind):
        raise NotFound("job", job_id)
    return job
