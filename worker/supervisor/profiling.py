"""The profile job, as its supervisor sees it: what it is told, and the look that it leaves."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.datasets import facts
from backend.datasets.profile import ProfileResult, ProfileSettings
from backend.datasets.tables import DatasetVersion, Profile
from backend.ids import ProfileId
from backend.runs.claims import Claim
from backend.runs.tables import Job
from backend.studio import Studio
from worker.jobs.folder import JobFolder
from worker.jobs.profile_order import ProfileOrder


def prepare(studio: Studio, claim: Claim) -> BaseModel:
    """Find the rows, and the model if it is one of this studio's."""
    with studio.database.reading() as session:
        profile = session.get_one(Profile, ProfileId(claim.payload["profile_id"]))
        version = session.get_one(DatasetVersion, profile.version_id)
    settings = ProfileSettings.model_validate(profile.settings)
    name = settings.base_model
    ours = [name] if name.startswith("mdl_") else []
    return ProfileOrder(
        settings=settings,
        facts=facts.from_json(version.facts),
        rows_file=studio.storage.file(version.object_hash),
        model_folders={name: studio.storage.folder(f"models/{name}") for name in ours},
    )


def store(studio: Studio, claim: Claim, folder: JobFolder) -> Any:
    """The look itself becomes part of the profile's row when the attempt ends."""
    text = (folder.result / "result.json").read_text(encoding="utf-8")
    seen = ProfileResult.model_validate_json(text).model_dump(mode="json")
    profile_id = ProfileId(claim.payload["profile_id"])

    def keep(session: Session) -> None:
        session.execute(update(Profile).where(Profile.id == profile_id).values(result=seen))
        result = {"profile_id": str(profile_id)}
        session.execute(update(Job).where(Job.id == claim.job_id).values(result=result))

    return keep
