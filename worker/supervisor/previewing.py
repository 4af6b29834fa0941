"""The preview job, as its supervisor sees it: which rows to look at, and what was seen."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.preparing.hub.first_rows import FirstRows, Wanted
from backend.runs.claims import Claim
from backend.runs.tables import Job
from backend.studio import Studio
from worker.jobs.folder import JobFolder


def prepare(_studio: Studio, claim: Claim) -> BaseModel:
    return Wanted.model_validate(claim.payload["wanted"])


def store(_studio: Studio, claim: Claim, folder: JobFolder) -> Any:
    """The rows are few and short: they become the job's result."""
    text = (folder.result / "result.json").read_text(encoding="utf-8")
    seen = FirstRows.model_validate_json(text).model_dump(mode="json")

    def keep(session: Session) -> None:
        result = {"first_rows": seen}
        session.execute(update(Job).where(Job.id == claim.job_id).values(result=result))

    return keep
