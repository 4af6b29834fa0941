"""Folders of jobs that have ended: checkpoints and spools that nobody will read again."""

import shutil
from datetime import timedelta

from sqlalchemy import select

from backend.clock import utc_now
from backend.ids import JobId
from backend.runs.tables import Job
from backend.studio import Studio

KEPT_HOURS = 24
"""For whoever wants to see why a run failed."""


def remove_leftovers(studio: Studio) -> int:
    """Remove the folders of jobs that ended a day ago; how many there were.

    A worker removes the folder of a job that it has ended well; this finds those of the others.
    """
    there = {path.name: path for path in studio.settings.jobs.glob("job_*") if path.is_dir()}
    with studio.database.reading() as session:
        ended = select(Job.id).where(
            Job.id.in_([JobId(name) for name in there]),
            Job.ended_at < utc_now() - timedelta(hours=KEPT_HOURS),
        )
        names = [str(job_id) for job_id in session.scalars(ended)]
    for name in names:
        shutil.rmtree(there[name], ignore_errors=True)
    return len(names)
