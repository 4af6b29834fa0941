"""The job that looks at texts with two models, as its supervisor sees it."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.proof import seen
from backend.runs.claims import Claim
from backend.runs.tables import Job
from backend.studio import Studio
from worker.jobs.folder import JobFolder


def store(studio: Studio, claim: Claim, folder: JobFolder) -> Any:
    """Bring home what was seen; the job's result says where it lies."""
    place = folder.result / "seen"
    found = seen.read(place)
    key = seen.key_of(claim.payload["model_id"])
    result = {"folder": key, "texts": len(found.texts), "left_out": found.left_out}
    studio.storage.put_folder(place, key)

    def keep(session: Session) -> None:
        session.execute(update(Job).where(Job.id == claim.job_id).values(result=result))

    return keep
