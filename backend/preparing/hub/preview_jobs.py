"""Previews that no viewer gives: read by a job, and kept with it by commit, subset and split."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.broker import Broker
from backend.clock import utc_now
from backend.preparing.hub.first_rows import FirstRows, Wanted
from backend.problems import Problem, Refusal
from backend.runs import jobs
from backend.runs.states import JobKind, JobStatus
from backend.runs.tables import Job

_TRY_AGAIN = timedelta(seconds=30)
"""A preview that has failed is read once more when it is asked for after this time."""

_STATUS = {
    "hub_dataset_gated": 403,
    "no_hub_dataset": 404,
    "no_hub_subset": 404,
    "no_hub_split": 404,
    "no_hub_revision": 404,
    "hub_offline": 409,
    "hub_unreachable": 503,
    "hub_slow": 503,
    "hub_broke_off": 503,
    "hub_failed": 503,
    "hub_busy": 503,
}


class NotPreviewed(Refusal):
    """What the job said that could not read the rows; the status is that of the same answer from
    the server itself."""

    def __init__(self, job: Job) -> None:
        told = job.problem or {}
        problem = Problem(
            code=str(told.get("code", "not_previewed")),
            title=str(told.get("title", "The first rows could not be read")),
            detail=str(told.get("detail", f"The job {job.id} ended without them.")),
        )
        super().__init__(problem)
        self.status = _STATUS.get(problem.code, 422)  # type: ignore[misc]  # one class for all


def ask(session: Session, who: Person, broker: Broker, wanted: Wanted) -> Job | FirstRows:
    """The rows, if a job has read them; else the job that does, or is going to.

    Raises NotPreviewed where it has failed a moment ago.
    """
    job = session.scalars(
        select(Job)
        .where(
            Job.project_id == who.project_id,
            Job.kind == JobKind.PREVIEW,
            Job.payload["key"].as_string() == _key(wanted),
        )
        .order_by(Job.id.desc())
        .limit(1)
    ).one_or_none()
    if job is not None and job.status is JobStatus.SUCCEEDED and job.result:
        return FirstRows.model_validate(job.result["first_rows"])
    if job is not None and not job.status.is_ended:
        return job
    if job is not None and job.ended_at and utc_now() - job.ended_at < _TRY_AGAIN:
        raise NotPreviewed(job)
    payload = {"key": _key(wanted), "wanted": wanted.model_dump(mode="json")}
    return jobs.enqueue(session, who, broker, JobKind.PREVIEW, payload)


def _key(wanted: Wanted) -> str:
    """Parts that hold no space, in an order of their own; an empty one is one not asked for."""
    return " ".join((wanted.repo, wanted.commit, wanted.subset or "", wanted.split or ""))
