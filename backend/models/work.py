"""Jobs that do something to a model: queued once at a time of each kind, and the newest of each."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.broker import Broker
from backend.ids import ModelId
from backend.models import service
from backend.runs import jobs
from backend.runs.states import JobKind, JobStatus
from backend.runs.tables import Job

UNDER_WAY = (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.PAUSED)


def begin(
    session: Session,
    who: Person,
    broker: Broker,
    kind: JobKind,
    model_id: ModelId,
    wanted: dict[str, Any],
) -> Job:
    """Queue work on a model. The same work that is under way already is not queued twice.

    Raises NotFound if `who` may not see the model.
    """
    service.get(session, who, model_id)
    payload = {**wanted, "model_id": model_id}
    for job in session.scalars(_of(who, model_id, kind).where(Job.status.in_(UNDER_WAY))):
        if job.payload == payload:
            return job
    return jobs.enqueue(session, who, broker, kind, payload, model_id=model_id)


def newest(session: Session, who: Person, model_id: ModelId, kind: JobKind) -> Job | None:
    """The newest job of this kind on the model, whatever became of it."""
    return session.scalars(_of(who, model_id, kind).order_by(Job.id.desc()).limit(1)).one_or_none()


def newest_done(session: Session, who: Person, model_id: ModelId, kind: JobKind) -> Job | None:
    """The newest job of this kind on the model that ended well."""
    done = _of(who, model_id, kind).where(Job.status == JobStatus.SUCCEEDED)
    return session.scalars(done.order_by(Job.id.desc()).limit(1)).one_or_none()


def _of(who: Person, model_id: ModelId, kind: JobKind) -> Select[Job]:
    return select(Job).where(
        Job.project_id == who.project_id, Job.model_id == model_id, Job.kind == kind
    )
