"""What one project may hold at once: a law of the server's database sessions, whichever door a row
comes through. What workers make, such as a trained model, counts, but is never refused.
"""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.datasets.tables import DatasetVersion, Upload
from backend.ids import ProjectId
from backend.models.tables import Model
from backend.problems import Conflict
from backend.runs.states import JobStatus
from backend.runs.tables import Job
from backend.settings import Settings
from backend.studio import Studio

OPEN = [status for status in JobStatus if not status.is_ended]
STORED: tuple[Any, ...] = (DatasetVersion, Upload, Model)
REFUSED = (DatasetVersion, Upload)


class QuotaReached(Conflict):
    """409: the project has as much as the operator grants it."""


def hold(studio: Studio) -> None:
    """Have each session of this process' database check what is new in it before it is written."""
    quotas = Quotas(studio.settings)
    if quotas.are_set:
        studio.database.on_new_rows(quotas.check)


class Quotas:
    def __init__(self, settings: Settings) -> None:
        self._jobs = settings.most_open_jobs
        self._bytes = settings.most_stored_bytes
        self.are_set = self._jobs is not None or self._bytes is not None

    def check(self, session: Session) -> None:
        """Raises QuotaReached if what is new is more than there is room for."""
        for row in session.new:
            if isinstance(row, Job) and self._jobs is not None:
                _check_jobs(session, row.project_id, self._jobs)
            if isinstance(row, REFUSED) and self._bytes is not None:
                _check_bytes(session, row.project_id, row.size_bytes, self._bytes)


def _check_jobs(session: Session, project_id: ProjectId, most: int) -> None:
    query = select(func.count()).where(Job.project_id == project_id, Job.status.in_(OPEN))
    with session.no_autoflush:
        count = session.scalar(query) or 0
    if count >= most:
        raise QuotaReached(
            "too_many_jobs",
            "This project has too much in its queue",
            f"{count} jobs wait, are paused or run, and {most} are granted. Wait until one ends, "
            "or stop one; an operator can raise LIKEWISE_MOST_OPEN_JOBS.",
        )


def _check_bytes(session: Session, project_id: ProjectId, size_bytes: int, most: int) -> None:
    with session.no_autoflush:
        sums = (
            session.scalar(select(func.sum(kind.size_bytes)).where(kind.project_id == project_id))
            for kind in STORED
        )
        held = sum(int(each or 0) for each in sums)
    if held + size_bytes > most:
        raise QuotaReached(
            "storage_full",
            "This project has no room for more",
            f"It holds {held / 1e6:,.1f} MB of the {most / 1e6:,.1f} MB that it is granted, and "
            f"this would be {size_bytes / 1e6:,.1f} MB more. Delete data or models that you no "
            "longer need; an operator can raise LIKEWISE_MOST_STORED_BYTES.",
        )
