"""A change that takes a while, for people: how far it is, and then on to the version it made."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from backend.accounts.current import MayRead, MayWrite
from backend.accounts.people import Person
from backend.datasets import facts, service
from backend.datasets.operations.by_name import OPERATIONS
from backend.ids import JobId, VersionId
from backend.problems import Pointer
from backend.recipes.dataset_problems import mapping_problems
from backend.recipes.mapping_query import Pairs, from_query, to_query
from backend.runs import jobs, jobs_api
from backend.runs.schemas import JobOut
from backend.runs.states import JobKind, JobStatus
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.templates import lead_on, page, see

router = APIRouter(include_in_schema=False)


@router.get("/data/changes/{job_id}")
def show(request: Request, job_id: JobId, who: MayRead, session: ReadSession) -> Response:
    """The address says with which columns to go on."""
    job = jobs_api.get(session, who, job_id, JobKind.CONVERT)
    query = request.query_params.multi_items()
    if job.status is JobStatus.SUCCEEDED and job.result:
        made = VersionId(job.result["version_id"])
        return lead_on(request, f"/data/{made}?{_kept(session, who, made, query)}")
    return page(
        request,
        "data/change.html",
        "status",
        job=JobOut.model_validate(job),
        version_id=job.payload["version_id"],
        purposes=[OPERATIONS[step["name"]].purpose for step in job.payload["operations"]],
        query=urlencode(query),
    )


@router.post("/data/changes/{job_id}/cancel")
def cancel(job_id: JobId, who: MayWrite, studio: TheStudio) -> Response:
    with studio.database.writing() as session:
        jobs.cancel(session, jobs_api.get(session, who, job_id, JobKind.CONVERT), studio.broker)
    return see(f"/data/changes/{job_id}")


@router.post("/data/changes/{job_id}/resume")
def resume(job_id: JobId, who: MayWrite, studio: TheStudio) -> Response:
    with studio.database.writing() as session:
        jobs.resume(session, jobs_api.get(session, who, job_id, JobKind.CONVERT), studio.broker)
    return see(f"/data/changes/{job_id}")


def _kept(session: Session, who: Person, made: VersionId, query: Pairs) -> str:
    """The columns that were chosen before, where the new version still has them all."""
    mapping = from_query(query)
    table = facts.from_json(service.get_version(session, who, made).facts)
    if mapping is None or any(mapping_problems(mapping, table, Pointer("/mapping"))):
        return ""
    return to_query(mapping)
