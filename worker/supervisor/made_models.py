"""Bringing home a model that a job has made: its files, its row, and how it was judged."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from backend.ids import EvaluationId, ModelId
from backend.models.tables import MadeBy, Model
from backend.proof.kept import CHOOSE, PROVE
from backend.proof.tables import Evaluation
from backend.recipes.schemas import Recipe
from backend.runs.tables import Run
from backend.studio import Studio
from backend.webhooks.kinds import WebhookKind
from backend.webhooks.outbox import announce
from worker.jobs.folder import JobFolder
from worker.jobs.train_result import Chosen, TrainResult


@dataclass(frozen=True, kw_only=True)
class MadeModel:
    """Its files are in the store already; its rows come with the end of the attempt."""

    id: ModelId
    folder: str
    proof_folder: str | None
    files: list[dict[str, Any]]
    result: TrainResult

    def keep(
        self,
        session: Session,
        run: Run,
        name: str,
        made_by: MadeBy = MadeBy.TRAINING,
        parent_id: ModelId | None = None,
    ) -> None:
        """Write its row, what it was judged to be, and the news of it."""
        recipe = Recipe.model_validate(run.recipe)
        session.add(
            Model(
                id=self.id,
                project_id=run.project_id,
                run_id=run.id,
                parent_id=parent_id,
                made_by=made_by,
                name=name,
                base_model=recipe.base_model,
                folder=self.folder,
                size_bytes=sum(file["size_bytes"] for file in self.files),
                files=self.files,
                served=self.result.served and self.result.served.model_dump(mode="json"),
            )
        )
        session.flush()
        result = self.result
        if result.choose is not None:
            session.add(_chosen_by(run, self.id, result.choose, self.proof_folder))
        if result.proof is not None:
            session.add(proved(EvaluationId.new(), run, self.id, result, self.proof_folder))
        announce(session, run.project_id, WebhookKind.MODEL_READY, self._message(run))

    def _message(self, run: Run) -> dict[str, Any]:
        proof = self.result.proof
        return {
            "id": self.id,
            "run_id": run.id,
            "verdict": proof and proof.model_dump(include={"metric", "before", "after", "word"}),
            "url": f"/api/v1/models/{self.id}",
        }


def proved(
    evaluation_id: EvaluationId,
    run: Run,
    model_id: ModelId,
    result: TrainResult,
    folder: str | None,
) -> Evaluation:
    """The recorded act that opened *prove* for a model."""
    assert result.proof is not None
    return Evaluation(
        id=evaluation_id,
        project_id=run.project_id,
        model_id=model_id,
        version_id=Recipe.model_validate(run.recipe).datasets[0].version,
        part=PROVE,
        part_hash=result.prove_hash,
        evaluator=result.proof.evaluator,
        before=result.before,
        after=result.after,
        verdict=result.proof.model_dump(mode="json"),
        p_value=result.tails and result.tails.whole.p_value,
        tails=result.tails and result.tails.model_dump(mode="json"),
        folder=folder,
    )


def _chosen_by(run: Run, model_id: ModelId, found: Chosen, folder: str | None) -> Evaluation:
    """What choices are made by is no verdict: it flatters what was chosen."""
    return Evaluation(
        project_id=run.project_id,
        model_id=model_id,
        version_id=Recipe.model_validate(run.recipe).datasets[0].version,
        part=CHOOSE,
        part_hash=found.part_hash,
        evaluator=found.evaluator,
        before=found.before,
        after=found.after,
        verdict={},
        folder=folder,
    )


def bring_home(studio: Studio, folder: JobFolder) -> MadeModel:
    """Put the model, and what was judged item by item, into the artifact store."""
    result = TrainResult.model_validate_json((folder.result / "result.json").read_text())
    model_id = ModelId.new()
    key = f"models/{model_id}"
    studio.storage.put_folder(folder.result / "model", key)
    proof_key = f"proofs/{model_id}" if (folder.result / "proof").is_dir() else None
    if proof_key is not None:
        studio.storage.put_folder(folder.result / "proof", proof_key)
    return MadeModel(
        id=model_id,
        folder=key,
        proof_folder=proof_key,
        files=files_of(folder.result / "model"),
        result=result,
    )


def files_of(folder: Path) -> list[dict[str, Any]]:
    """Name and size of each file of a folder, at any depth."""
    return [
        {"name": path.relative_to(folder).as_posix(), "size_bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
