"""The train job, as its supervisor sees it: what it is told, and what it leaves."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.datasets import facts
from backend.datasets.tables import DatasetVersion
from backend.ids import ModelId
from backend.models.tables import Model
from backend.proof.schemas import Verdict
from backend.proof.tables import Evaluation
from backend.recipes.losses import models_named
from backend.recipes.schemas import Recipe
from backend.runs.claims import Claim
from backend.runs.tables import Run
from backend.studio import Studio
from backend.webhooks.kinds import WebhookKind
from backend.webhooks.outbox import announce
from worker.engine.checkpoints.folders import newest_first
from worker.jobs.folder import JobFolder
from worker.jobs.train_order import TableOrder, TrainOrder
from worker.jobs.train_result import TrainResult
from worker.supervisor import attempt_folders


def prepare(studio: Studio, claim: Claim) -> BaseModel:
    """Find the rows, this studio's models and the checkpoints of earlier attempts."""
    recipe = Recipe.model_validate(claim.payload["recipe"])
    with studio.database.reading() as session:
        versions = [session.get_one(DatasetVersion, use.version) for use in recipe.datasets]
        run = session.scalars(select(Run).where(Run.job_id == claim.job_id)).one()
    job_folder = studio.settings.jobs / claim.job_id
    tables = [
        TableOrder(
            facts=facts.from_json(version.facts), rows_file=studio.storage.file(version.object_hash)
        )
        for version in versions
    ]
    ours = [name for name in models_named(recipe) if name.startswith("mdl_")]
    return TrainOrder(
        recipe=recipe,
        tables=tables,
        model_folders={name: studio.storage.folder(f"models/{name}") for name in ours},
        earlier=[
            checkpoint
            for folder in reversed(attempt_folders.oldest_first(job_folder))
            for checkpoint in newest_first(JobFolder(folder).checkpoints)
        ],
        model_name=recipe.output.name or run.name,
        nano_beir=studio.settings.nano_beir,
        halvings=claim.halvings,
    )


def store(studio: Studio, claim: Claim, folder: JobFolder) -> Any:
    """Bring the model home; the rows that name it are written when the attempt ends."""
    result = TrainResult.model_validate_json((folder.result / "result.json").read_text())
    model_id = ModelId.new()
    key = f"models/{model_id}"
    studio.storage.put_folder(folder.result / "model", key)
    files = _files(folder.result / "model")

    def keep(session: Session) -> None:
        run = session.scalars(select(Run).where(Run.job_id == claim.job_id)).one()
        recipe = Recipe.model_validate(run.recipe)
        session.add(
            Model(
                id=model_id,
                project_id=run.project_id,
                run_id=run.id,
                name=recipe.output.name or run.name,
                base_model=recipe.base_model,
                folder=key,
                size_bytes=sum(file["size_bytes"] for file in files),
                files=files,
            )
        )
        session.flush()
        session.execute(update(Run).where(Run.id == run.id).values(model_id=model_id))
        if result.proof is not None:
            session.add(_evaluation(run, model_id, recipe, result.proof, result))
        announce(
            session, run.project_id, WebhookKind.MODEL_READY, _message(run, model_id, result.proof)
        )

    return keep


def _message(run: Run, model_id: ModelId, verdict: Verdict | None) -> dict[str, Any]:
    judged = verdict and verdict.model_dump(include={"metric", "before", "after", "word"})
    return {
        "id": model_id,
        "run_id": run.id,
        "verdict": judged,
        "url": f"/api/v1/models/{model_id}",
    }


def _evaluation(
    run: Run, model_id: ModelId, recipe: Recipe, verdict: Verdict, result: TrainResult
) -> Evaluation:
    return Evaluation(
        project_id=run.project_id,
        model_id=model_id,
        version_id=recipe.datasets[0].version,
        part="prove",
        part_hash=result.prove_hash,
        evaluator=verdict.evaluator,
        before=result.before,
        after=result.after,
        verdict=verdict.model_dump(mode="json"),
    )


def _files(folder: Path) -> list[dict[str, Any]]:
    return [
        {"name": path.relative_to(folder).as_posix(), "size_bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
