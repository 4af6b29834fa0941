"""Which changes of a job's state webhooks hear of, and what they hear.

In the transaction that changes the state: see `backend.webhooks.outbox`.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.ids import JobId
from backend.runs.states import JobKind, JobStatus
from backend.runs.tables import Job, Run
from backend.webhooks.kinds import WebhookKind
from backend.webhooks.outbox import announce

TOLD: Mapping[tuple[JobKind, JobStatus], WebhookKind] = {
    (JobKind.TRAIN, JobStatus.RUNNING): WebhookKind.RUN_STARTED,
    (JobKind.TRAIN, JobStatus.SUCCEEDED): WebhookKind.RUN_SUCCEEDED,
    (JobKind.TRAIN, JobStatus.FAILED): WebhookKind.RUN_FAILED,
    (JobKind.TRAIN, JobStatus.CANCELLED): WebhookKind.RUN_CANCELLED,
    (JobKind.TRAIN, JobStatus.PAUSED): WebhookKind.RUN_PAUSED,
    (JobKind.IMPORT, JobStatus.FAILED): WebhookKind.VERSION_INVALID,
    (JobKind.CONVERT, JobStatus.FAILED): WebhookKind.VERSION_INVALID,
    (JobKind.MINE, JobStatus.FAILED): WebhookKind.VERSION_INVALID,
}
_STATUSES = frozenset(status for _, status in TOLD)


def announce_state(session: Session, job_id: JobId, attempt: int, status: str) -> None:
    """Tell webhooks that this job is now in this state, if that is of interest to anybody."""
    if status not in _STATUSES:
        return
    query = select(Job.project_id, Job.person_id, Job.kind, Job.problem, Run.id.label("run_id"))
    job = session.execute(
        query.join(Run, Run.job_id == Job.id, isouter=True).where(Job.id == job_id)
    ).one()
    kind = TOLD.get((job.kind, JobStatus(status)))
    if kind is not None:
        ids = _ids(job_id, job.run_id)
        told = {**ids, "status": status, "attempt": attempt, **_problem(status, job.problem)}
        announce(session, job.project_id, kind, told, job.person_id)


def _ids(job_id: JobId, run_id: str | None) -> dict[str, Any]:
    if run_id is None:
        return {"job_id": job_id, "url": f"/api/v1/jobs/{job_id}"}
    return {"id": run_id, "job_id": job_id, "url": f"/api/v1/runs/{run_id}"}


def _problem(status: str, problem: dict[str, Any] | None) -> dict[str, Any]:
    if status != JobStatus.FAILED or problem is None:
        return {}
    return {"problem": {name: problem[name] for name in ("code", "title")}}
