"""The jobs about a model's size, as their supervisor sees them: measuring sizes, and taking one."""

from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from backend.ids import ModelId
from backend.models.sizes.schemas import Measured
from backend.models.sizes.tables import ModelSizes
from backend.models.tables import MadeBy, Model
from backend.runs.claims import Claim
from backend.runs.tables import Job, Run
from backend.studio import Studio
from worker.jobs.folder import JobFolder
from worker.supervisor.made_models import bring_home


def store_sizes(studio: Studio, claim: Claim, folder: JobFolder) -> Any:
    """The table takes the place of the one before."""
    text = (folder.result / "result.json").read_text(encoding="utf-8")
    found = Measured.model_validate_json(text).model_dump(mode="json")
    model_id = ModelId(claim.payload["model_id"])

    def keep(session: Session) -> None:
        model = session.get_one(Model, model_id)
        session.execute(delete(ModelSizes).where(ModelSizes.model_id == model_id))
        session.add(ModelSizes(model_id=model_id, project_id=model.project_id, measured=found))

    return keep


def store_model(studio: Studio, claim: Claim, folder: JobFolder) -> Any:
    """Bring the smaller model home; its rows are written when the attempt ends."""
    made = bring_home(studio, folder)

    def keep(session: Session) -> None:
        whole = session.get_one(Model, ModelId(claim.payload["model_id"]))
        run = session.get_one(Run, whole.run_id)
        made.keep(session, run, claim.payload["name"], MadeBy.SHRINKING, whole.id)
        result = {"model_id": str(made.id)}
        session.execute(update(Job).where(Job.id == claim.job_id).values(result=result))

    return keep
