"""The job that looks what was lost, as its supervisor sees it."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.proof.schemas import GuardOut
from backend.runs.claims import Claim
from backend.runs.tables import Job
from backend.studio import Studio
from worker.jobs.folder import GUARD_FILE, JobFolder


def store(_studio: Studio, claim: Claim, folder: JobFolder) -> Any:
    """Its figures are the job's result."""
    kept = GuardOut.model_validate_json((folder.result / GUARD_FILE).read_text(encoding="utf-8"))

    def keep(session: Session) -> None:
        result = kept.model_dump(mode="json")
        session.execute(update(Job).where(Job.id == claim.job_id).values(result=result))

    return keep
