"""What jobs are told about a run and its model: where on this machine the things are."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.datasets import facts
from backend.datasets.tables import DatasetVersion
from backend.ids import ModelId
from backend.models.tables import Model
from backend.proof.tables import Evaluation
from backend.recipes.losses import models_named
from backend.recipes.schemas import Recipe
from backend.runs.claims import Claim
from backend.runs.tables import Run
from backend.studio import Studio
from worker.jobs.model_order import ModelOrder
from worker.jobs.train_order import TableOrder, TrainOrder


def train_order(
    studio: Studio,
    session: Session,
    run: Run,
    recipe: Recipe,
    earlier: Iterable[Path] = (),
    halvings: int = 0,
) -> TrainOrder:
    """The recipe of a run, with the files of the versions and models that it names."""
    versions = [session.get_one(DatasetVersion, use.version) for use in recipe.datasets]
    ours = [name for name in models_named(recipe) if name.startswith(ModelId.prefix + "_")]
    return TrainOrder(
        recipe=recipe,
        tables=[
            TableOrder(
                facts=facts.from_json(version.facts),
                rows_file=studio.storage.file(version.object_hash),
            )
            for version in versions
        ],
        model_folders={name: studio.storage.folder(f"models/{name}") for name in ours},
        earlier=list(earlier),
        model_name=recipe.output.name or run.name,
        nano_beir=studio.settings.nano_beir,
        general_similarity=studio.settings.general_similarity,
        halvings=halvings,
    )


def model_order(studio: Studio, claim: Claim) -> ModelOrder:
    """The order of a job whose payload has a `model_id`, and beside it what is wanted."""
    wanted = {key: value for key, value in claim.payload.items() if key != "model_id"}
    with studio.database.reading() as session:
        model = session.get_one(Model, ModelId(claim.payload["model_id"]))
        run = session.get_one(Run, model.run_id)
        proof = session.scalar(
            select(Evaluation.folder)
            .where(Evaluation.model_id == model.id, Evaluation.folder.is_not(None))
            .order_by(Evaluation.id.desc())
            .limit(1)
        )
        order = train_order(studio, session, run, Recipe.model_validate(run.recipe))
    return ModelOrder(
        model_id=model.id,
        model_name=model.name,
        model_folder=studio.storage.folder(model.folder),
        proof_folder=studio.storage.folder(proof) if proof else None,
        train=order,
        wanted=wanted,
    )
