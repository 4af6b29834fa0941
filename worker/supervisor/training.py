"""The train job, as its supervisor sees it: what it is told, and what it leaves."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.recipes.schemas import Recipe
from backend.runs import estimates
from backend.runs.claims import Claim
from backend.runs.tables import Run
from backend.studio import Studio
from worker.engine.checkpoints.folders import newest_first
from worker.jobs.folder import JobFolder
from worker.supervisor import attempt_folders
from worker.supervisor.made_models import bring_home
from worker.supervisor.orders import train_order


def prepare(studio: Studio, claim: Claim) -> BaseModel:
    """Find the rows, this studio's models and the checkpoints of earlier attempts."""
    folder = studio.settings.jobs / claim.job_id
    earlier = (
        checkpoint
        for attempt in reversed(attempt_folders.oldest_first(folder))
        for checkpoint in newest_first(JobFolder(attempt).checkpoints)
    )
    recipe = Recipe.model_validate(claim.payload["recipe"])
    with studio.database.reading() as session:
        run = session.scalars(select(Run).where(Run.job_id == claim.job_id)).one()
        order = train_order(studio, session, run, recipe, earlier, claim.halvings)
    return order.model_copy(update={"opens_prove": claim.payload.get("opens_prove", True)})


def store(studio: Studio, claim: Claim, folder: JobFolder) -> Any:
    """Bring the model home; the rows that name it are written when the attempt ends."""
    made = bring_home(studio, folder)

    def keep(session: Session) -> None:
        run = session.scalars(select(Run).where(Run.job_id == claim.job_id)).one()
        made.keep(session, run, Recipe.model_validate(run.recipe).output.name or run.name)
        if made.result.spent is not None:
            estimates.took(session, run.id, made.result.spent)
        session.execute(update(Run).where(Run.id == run.id).values(model_id=made.id))

    return keep
