"""An import that takes a while, for people: what it is, how far it is, and then on to its version."""

from fastapi import APIRouter, Request, Response

from backend.accounts.current import MayRead, MayWrite
from backend.ids import JobId, UploadId
from backend.preparing.uploads_folder import UploadFolder
from backend.recipes.hub import HubDataset
from backend.runs import jobs, jobs_api
from backend.runs.schemas import JobOut
from backend.runs.states import JobKind, JobStatus
from backend.runs.tables import Job
from backend.studio import Studio
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.templates import lead_on, page, see

router = APIRouter(include_in_schema=False)


@router.get("/data/imports/{job_id}")
def show(
    request: Request, job_id: JobId, who: MayRead, session: ReadSession, studio: TheStudio
) -> Response:
    job = jobs_api.get(session, who, job_id, JobKind.IMPORT)
    if job.status is JobStatus.SUCCEEDED and job.result:
        return lead_on(request, f"/data/{job.result['version_id']}")
    return page(
        request,
        "data/import.html",
        "status",
        job=JobOut.model_validate(job),
        what=_what(job),
        looks=_looks(studio, job),
    )


@router.post("/data/imports/{job_id}/cancel")
def cancel(job_id: JobId, who: MayWrite, studio: TheStudio) -> Response:
    with studio.database.writing() as session:
        jobs.cancel(session, jobs_api.get(session, who, job_id, JobKind.IMPORT), studio.broker)
    return see(f"/data/imports/{job_id}")


@router.post("/data/imports/{job_id}/resume")
def resume(job_id: JobId, who: MayWrite, studio: TheStudio) -> Response:
    with studio.database.writing() as session:
        jobs.resume(session, jobs_api.get(session, who, job_id, JobKind.IMPORT), studio.broker)
    return see(f"/data/imports/{job_id}")


def _what(job: Job) -> str:
    """What is being brought, in words."""
    if "hub" in job.payload:
        return HubDataset.model_validate(job.payload["hub"]).in_words
    if "storage" in job.payload:
        return str(job.payload["storage"]["url"])
    return str(job.payload["files"]["name"] or "")


def _looks(studio: Studio, job: Job) -> list[str]:
    names = job.payload.get("files", {}).get("uploads", ())
    looks = [UploadFolder(studio.settings, UploadId(name)).look() for name in names]
    return [look for look in looks if look]
