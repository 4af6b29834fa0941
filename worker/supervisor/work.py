"""The body of a worker's task: claim the best job, see it to its end, say what became of it."""

import shutil
import time
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import backend.tables  # noqa: F401 - rows refer to tables of all features
from backend.disk import free_ballast_if_full
from backend.fault_points import fault_point
from backend.ids import WorkerId
from backend.problems import Refusal
from backend.recipes.schemas import RECIPE_SCHEMA
from backend.runs import claims, outcomes
from backend.runs.claims import AttemptLost, Claim
from backend.runs.limits import limits_of
from backend.runs.states import QUEUE_OF, JobStatus, Outcome
from backend.studio import Studio
from backend.workers import service as workers
from worker.jobs.folder import JobFolder
from worker.supervisor import attempt_folders, drain, spool
from worker.supervisor.attempt import Supervision
from worker.supervisor.endings import Ended, refused
from worker.supervisor.helping import help_out
from worker.supervisor.kinds import KINDS

log = structlog.get_logger()


def work(studio: Studio, queues: Sequence[str], worker_id: WorkerId) -> None:
    """Do the best job of these queues; at once done where there is none."""
    if drain.is_wanted():
        return
    limits = limits_of(studio.settings)
    if _may_work(studio, worker_id) and help_out(studio, list(queues), worker_id):
        return

    def take(session: Session) -> Claim | None:
        if not workers.may_work(session, worker_id):
            return None
        return claims.claim(session, queues, worker_id, RECIPE_SCHEMA, limits)

    claim = studio.database.retrying(take)
    if claim is None:
        return
    with structlog.contextvars.bound_contextvars(job_id=claim.job_id, attempt=claim.attempt):
        log.info("job claimed", kind=claim.kind)
        studio.broker.tell(claim.job_id)
        try:
            _end(studio, claim, _ended(studio, claim))
        except AttemptLost:
            log.warning("attempt lost; another worker has the job, and this write came late")
            studio.database.retrying(lambda session: outcomes.count_late(session, claim.job_id))


def _may_work(studio: Studio, worker_id: WorkerId) -> bool:
    with studio.database.reading() as session:
        return workers.may_work(session, worker_id)


def _ended(studio: Studio, claim: Claim) -> Ended:
    """See the attempt to its end, whatever it is."""
    try:
        return _attempt(studio, claim)
    except AttemptLost:
        raise
    except Refusal as refusal:
        return refused(refusal)
    except Exception:  # a mistake of ours must not leave the job to be found by its silence
        log.exception("supervisor failed")
        return _our_mistake()


def _our_mistake() -> Ended:
    said = "the worker made a mistake, and its log says which"
    problem = {"code": "internal_error", "title": "The studio made a mistake", "detail": said}
    return Ended(Outcome.CRASHED, said, problem)


def _attempt(studio: Studio, claim: Claim) -> Ended:
    job = studio.settings.jobs / claim.job_id
    earlier = [JobFolder(path) for path in attempt_folders.oldest_first(job)]
    folder = JobFolder(attempt_folders.free_for(job, claim.attempt))
    # First what it goes on from, then the spools: an earlier process may still be writing both, and
    # what a checkpoint holds must have been told.
    folder.create(KINDS[claim.kind].prepare(studio, claim))
    spool.carry_on([before.spool for before in earlier], claim.spool_upto, folder.spool)
    return Supervision(studio, claim, folder).run()


def _end(studio: Studio, claim: Claim, ended: Ended) -> None:
    retry_seconds = studio.settings.retry_seconds

    def write(session: Session) -> JobStatus:
        if (done := outcomes.ended_as(session, claim, ended.outcome)) is not None:
            return done  # it was written, and the answer lost
        status = outcomes.end(
            session,
            claim,
            ended.outcome,
            ended.reason,
            ended.problem,
            retry_seconds,
            ended.room_bytes,
        )
        if ended.keep is not None and status is JobStatus.SUCCEEDED:
            ended.keep(session)
        return status

    fault_point("attempt.stored")
    status = _until_it_is_there(studio, write)
    fault_point("attempt.ended")
    studio.broker.tell(claim.job_id)
    log.info("attempt ended", outcome=ended.outcome, status=status)
    if status is JobStatus.QUEUED:
        studio.broker.ring(QUEUE_OF[claim.kind])
    if status.is_ended:
        KINDS[claim.kind].clear(studio, claim)
    if status in (JobStatus.SUCCEEDED, JobStatus.CANCELLED):
        shutil.rmtree(studio.settings.jobs / claim.job_id, ignore_errors=True)


def _until_it_is_there(studio: Studio, write: Callable[[Session], JobStatus]) -> JobStatus:
    """Write how an attempt ended, however long the database is away: hours of work hang on it."""
    until = time.monotonic() + studio.settings.cut_off_seconds
    while True:
        try:
            return studio.database.retrying(write)
        except OperationalError as error:
            free_ballast_if_full(error, studio.settings.data)
            if time.monotonic() > until:
                raise
            log.warning("database not reached; the attempt's end waits", error=str(error))
            time.sleep(studio.settings.beat_seconds)
