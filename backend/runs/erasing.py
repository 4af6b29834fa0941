"""Deleting a run: the run at once, then all that its job left, a little at a time.

The row goes first, in one transaction; events can be millions, and a transaction must be short.
What a crash leaves behind, a job without its run, the sweep finds.
"""

import shutil
from datetime import timedelta
from functools import partial

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.accounts import audit
from backend.accounts.audit import Act
from backend.accounts.people import Person
from backend.clock import utc_now
from backend.ids import JobId, RunId
from backend.problems import Conflict
from backend.runs import service
from backend.runs.states import JobKind
from backend.runs.tables import CurvePiece, Event, Job, Run
from backend.studio import Studio

EVENTS_AT_ONCE = 2_000
_LEFT_HOURS = 1


def erase(session: Session, who: Person, run_id: RunId) -> JobId:
    """Delete a run that has ended and left no model; gives the job, for `purge` after the commit.

    Raises NotFound if `who` may not see it, Conflict if it hasn't ended or a model came from it.
    """
    run = service.get(session, who, run_id)
    session.refresh(run.job, with_for_update=True)  # from here on it stays what it is
    if not run.job.status.is_ended:
        raise Conflict(
            "not_ended",
            "This run hasn't ended",
            f"It is {run.job.status.value}. Stop it first: POST /api/v1/runs/{run.id}/cancel.",
        )
    if run.model_id is not None:
        raise Conflict(
            "has_a_model",
            "A model came from this run",
            f"{run.model_id} says by this run how it was made. Delete the model first, or keep "
            "both.",
        )
    try:
        with session.begin_nested():
            session.delete(run)
    except IntegrityError as error:
        raise Conflict(
            "was_judged",
            "A model of this run was judged",
            "The model is deleted, but which held-out rows have judged it stays known, or a later "
            "verdict would promise too much.",
        ) from error
    audit.record(session, who, Act.RUN_DELETED, run_id)
    return run.job_id


def purge(studio: Studio, job_id: JobId) -> None:
    """Remove a job that no run has any more: events, curves, files, and the job itself."""
    with studio.database.reading() as session:
        job = session.get(Job, job_id)
        last_seq = job.last_seq if job else 0
        keys = select(CurvePiece.key).where(CurvePiece.job_id == job_id).distinct()
        curves = [CurvePiece.key == key for key in session.scalars(keys)]
    ends = range(EVENTS_AT_ONCE, last_seq + EVENTS_AT_ONCE, EVENTS_AT_ONCE)
    parts = [
        *(delete(Event).where(Event.job_id == job_id, Event.seq <= upto) for upto in ends),
        *(delete(CurvePiece).where(CurvePiece.job_id == job_id, curve) for curve in curves),
        delete(Job).where(Job.id == job_id),
    ]
    shutil.rmtree(studio.settings.jobs / job_id, ignore_errors=True)
    for part in parts:
        studio.database.retrying(partial(Session.execute, statement=part))


def purge_left(studio: Studio) -> None:
    """Purge the jobs of deleted runs that a crash has left."""
    with studio.database.reading() as session:
        query = (
            select(Job.id)
            .outerjoin(Run, Run.job_id == Job.id)
            .where(
                Job.kind == JobKind.TRAIN,
                Job.ended_at < utc_now() - timedelta(hours=_LEFT_HOURS),
                Run.id.is_(None),
            )
        )
        left = list(session.scalars(query))
    for job_id in left:
        purge(studio, job_id)
