"""The job that blends a model with its base, as its supervisor sees it."""

import json
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.ids import ModelId
from backend.models.tables import MadeBy, Model
from backend.runs.claims import Claim
from backend.runs.tables import Job, Run
from backend.studio import Studio
from worker.jobs.folder import SHARES_FILE, JobFolder
from worker.supervisor.made_models import bring_home


def store(studio: Studio, claim: Claim, folder: JobFolder) -> Any:
    """Bring the blend home, where one was made: the tuned model may be the best of all."""
    told = json.loads((folder.result / SHARES_FILE).read_text(encoding="utf-8"))
    made = bring_home(studio, folder) if (folder.result / "result.json").is_file() else None

    def keep(session: Session) -> None:
        if made is not None:
            parent = session.get_one(Model, ModelId(claim.payload["model_id"]))
            run = session.get_one(Run, parent.run_id)
            name = f"{parent.name[:180]}, {told['share']:.0%} tuned"
            made.keep(session, run, name, MadeBy.BLENDING, parent.id)
        result = told | {"model_id": made and str(made.id)}
        session.execute(update(Job).where(Job.id == claim.job_id).values(result=result))

    return keep
