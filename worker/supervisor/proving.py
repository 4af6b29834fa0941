"""The job that opens *prove*, as its supervisor sees it."""

from typing import Any

from sqlalchemy.orm import Session

from backend.ids import EvaluationId, ModelId
from backend.models.tables import Model
from backend.runs.claims import Claim
from backend.runs.tables import Run
from backend.studio import Studio
from worker.jobs.folder import JobFolder
from worker.jobs.train_result import TrainResult
from worker.supervisor.made_models import files_of, proved


def store(studio: Studio, claim: Claim, folder: JobFolder) -> Any:
    """Keep the verdict, the recorded act that opened *prove* for this model, and the card with it."""
    result = TrainResult.model_validate_json((folder.result / "result.json").read_text())
    evaluation_id = EvaluationId.new()
    key = f"proofs/{evaluation_id}"
    studio.storage.put_folder(folder.result / "proof", key)
    studio.storage.put_folder(folder.result / "model", f"models/{claim.payload['model_id']}")
    files = files_of(folder.result / "model")

    def keep(session: Session) -> None:
        model = session.get_one(Model, ModelId(claim.payload["model_id"]))
        run = session.get_one(Run, model.run_id)
        model.files = files
        model.size_bytes = sum(file["size_bytes"] for file in files)
        session.add(proved(evaluation_id, run, model.id, result, key))

    return keep
