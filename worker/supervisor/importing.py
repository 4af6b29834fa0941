"""The import job, as its supervisor sees it: from a Hub dataset to a version."""

from dataclasses import replace
from typing import Any

from pydantic import BaseModel
from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.accounts.people import THE_PERSON
from backend.datasets import service as datasets
from backend.recipes.hub import HubDataset
from backend.runs.claims import Claim
from backend.runs.tables import Job
from backend.studio import Studio
from worker.jobs.folder import ROWS_FILE, JobFolder


def prepare(studio: Studio, claim: Claim) -> BaseModel:
    return HubDataset.model_validate(claim.payload["hub"])


def store(studio: Studio, claim: Claim, folder: JobFolder) -> Any:
    """Read what came as an upload would be read; the version is written when the attempt ends."""
    wanted = HubDataset.model_validate(claim.payload["hub"])
    operation = {"kind": "hub", **wanted.model_dump(exclude_none=True)}
    read = datasets.read_upload(studio, folder.result / ROWS_FILE, ROWS_FILE)
    parsed = replace(read, operation=operation)

    def keep(session: Session) -> None:
        kept = datasets.keep(session, THE_PERSON, parsed, name=wanted.in_words)
        result = {"version_id": str(kept.version.id), "is_new": kept.is_new}
        session.execute(update(Job).where(Job.id == claim.job_id).values(result=result))

    return keep
