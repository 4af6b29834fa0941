"""Jobs that were paused for want of disk go on by themselves once there is room again."""

import shutil

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.ids import JobId
from backend.runs.events import append, state
from backend.runs.states import JobStatus
from backend.runs.tables import AT_ONCE, Job
from backend.studio import Studio

log = structlog.get_logger()


def go_on_where_there_is_room(studio: Studio, _now: float) -> None:
    """One of the reconciler's rounds. Looks at the disk of the jobs' folders, which this process
    must share with the workers: a job whose folder isn't there is left to those who see it."""
    with studio.database.reading() as session:
        query = select(Job.id, Job.queue, Job.room_bytes).where(
            Job.status == JobStatus.PAUSED, Job.room_bytes.is_not(None)
        )
        waiting = session.execute(query).all()
    for job in waiting:
        folder = studio.settings.jobs / job.id
        if folder.is_dir() and shutil.disk_usage(folder).free >= job.room_bytes:
            _go_on(studio, job.id, job.queue)


def _go_on(studio: Studio, job_id: JobId, queue: str) -> None:
    def write(session: Session) -> bool:
        queued = session.execute(
            update(Job)
            .where(Job.id == job_id, Job.status == JobStatus.PAUSED, Job.room_bytes.is_not(None))
            .values(status=JobStatus.QUEUED, not_before=AT_ONCE, room_bytes=None, problem=None)
            .returning(Job.id)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        if queued is None:
            return False
        append(session, job_id, state(JobStatus.QUEUED, "there is room on the disk again"))
        return True

    if studio.database.retrying(write):
        log.info("job goes on: there is room again", job_id=job_id)
        studio.broker.ring(queue)
        studio.broker.tell(job_id)
