"""Bringing a dataset from the Hub: a job like any other, over REST."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.current import CurrentPerson
from backend.accounts.people import Person
from backend.ids import JobId
from backend.problems import NotFound
from backend.recipes.hub import HubDataset
from backend.runs import jobs
from backend.runs.schemas import FailureOut
from backend.runs.states import JobKind, JobStatus, Phase
from backend.runs.tables import Job
from backend.web.dependencies import DbSession, ReadSession, TheStudio

router = APIRouter(tags=["jobs"])


class JobOut(BaseModel):
    """One unit of queued work. `result` names what it made, once it has succeeded."""

    model_config = ConfigDict(from_attributes=True)

    id: JobId
    kind: JobKind
    status: JobStatus
    phase: Phase | None
    problem: FailureOut | None
    result: dict[str, Any] | None
    created_at: datetime
    ended_at: datetime | None


@router.post("/datasets/hub", operation_id="importHubDataset", status_code=202)
def import_hub_dataset(
    body: HubDataset,
    who: CurrentPerson,
    session: DbSession,
    studio: TheStudio,
    response: Response,
) -> JobOut:
    """Queue the import of a dataset of the Hugging Face Hub; the job's result is its version."""
    payload = {"hub": body.model_dump(mode="json")}
    job = jobs.enqueue(session, who, studio.broker, JobKind.IMPORT, payload)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return JobOut.model_validate(job)


@router.get("/jobs/{job_id}", operation_id="getJob")
def get_job(job_id: JobId, who: CurrentPerson, session: ReadSession) -> JobOut:
    return JobOut.model_validate(_get(session, who, job_id))


def _get(session: Session, who: Person, job_id: JobId) -> Job:
    query = select(Job).where(Job.id == job_id, Job.project_id == who.project_id)
    job = session.scalars(query).one_or_none()
    if job is None:
        raise NotFound("job", job_id)
    return job
