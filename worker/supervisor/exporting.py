"""The export job, as its supervisor sees it: what it is told, and the files that it leaves."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.ids import ModelId
from backend.models.exported import Exported
from backend.models.tables import Model, folder_of_export
from backend.runs.claims import Claim
from backend.studio import Studio
from worker.jobs.folder import EXPORT_FILES, JobFolder
from worker.supervisor.orders import model_order


def prepare(studio: Studio, claim: Claim) -> BaseModel:
    """Find the model's folder, and what it was measured by."""
    return model_order(studio, claim)


def store(studio: Studio, claim: Claim, folder: JobFolder) -> Any:
    """Bring the graphs home; the model's row tells of them once the attempt ends."""
    text = (folder.result / "result.json").read_text(encoding="utf-8")
    made = Exported.model_validate_json(text).model_dump(mode="json")
    model_id = ModelId(claim.payload["model_id"])
    studio.storage.put_folder(folder.result / EXPORT_FILES, folder_of_export(model_id))

    def keep(session: Session) -> None:
        session.execute(update(Model).where(Model.id == model_id).values(exported=made))

    return keep
