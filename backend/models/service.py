"""What one can do with models. No HTTP here."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, String, cast, select, update
from sqlalchemy.orm import Session

from backend.accounts import audit
from backend.accounts.audit import Act
from backend.accounts.people import Person
from backend.clock import utc_now
from backend.ids import ModelId
from backend.models.card import FILE, with_words
from backend.models.embedder import Embedder
from backend.models.schemas import (
    ModelChange,
    ModelFile,
    ModelOut,
    PublishedAt,
    SeedOut,
    SimilarityIn,
    SimilarityOut,
)
from backend.models.tables import Model, folder_of_export
from backend.problems import Conflict, NotFound
from backend.proof import judged, seen
from backend.proof.schemas import Served
from backend.proof.tables import Evaluation
from backend.recipes.schemas import Recipe
from backend.runs.seeds import same_but_seed
from backend.runs.states import JobStatus
from backend.runs.tables import Job, Run
from backend.storage import Storage


def get(session: Session, who: Person, model_id: ModelId) -> Model:
    """Raises NotFound where there is none, or it isn't theirs."""
    model = session.scalars(newest(who).where(Model.id == model_id)).one_or_none()
    if model is None:
        raise NotFound("model", model_id)
    return model


def newest(who: Person) -> Select[Model]:
    return select(Model).where(Model.project_id == who.project_id, Model.deleted_at.is_(None))


def change(session: Session, who: Person, model_id: ModelId, wished: ModelChange) -> Model:
    """Give a model another name or other tags. Raises NotFound if `who` may not see it."""
    model = get(session, who, model_id)
    for name, value in wished.model_dump(exclude_none=True).items():
        setattr(model, name, value)
    session.flush()
    return model


def delete(session: Session, who: Person, model_id: ModelId) -> list[str]:
    """Delete a model that no other was trained from; gives its folders, to be removed after the
    commit: its own, what it was exported to, and what it was seen to make of texts, item by item.

    Raises NotFound if `who` may not see it, Conflict if a model was trained from it or a run that
    hasn't ended needs it.
    """
    model = get(session, who, model_id)
    child = session.scalar(newest(who).where(Model.base_model == model_id).limit(1))
    if child is not None:
        raise Conflict(
            "has_models",
            "Another model was trained from this one",
            f"{child.name} ({child.id}) says by it where it came from. Delete that one first, or "
            "keep both.",
        )
    waiting = (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.PAUSED)
    user = session.scalar(
        select(Job)
        .where(
            Job.project_id == who.project_id,
            Job.status.in_(waiting),
            cast(Job.payload, String).contains(model_id, autoescape=True),
        )
        .limit(1)
    )
    if user is not None:
        raise Conflict(
            "in_use",
            "This model is in use",
            f"A {user.kind.value} job, {user.id}, is {user.status.value} and needs it. Stop that "
            "job first, or wait until it has ended.",
        )
    model.deleted_at = utc_now()
    session.execute(update(Run).where(Run.model_id == model_id).values(model_id=None))
    audit.record(session, who, Act.MODEL_DELETED, model_id, name=model.name)
    judged_in = session.scalars(
        select(Evaluation.folder).where(
            Evaluation.model_id == model_id, Evaluation.folder.is_not(None)
        )
    )
    folders = [folder for folder in dict.fromkeys(judged_in) if folder is not None]
    session.execute(update(Evaluation).where(Evaluation.model_id == model_id).values(folder=None))
    return [model.folder, folder_of_export(model_id), seen.key_of(model_id), *folders]


def show(session: Session, storage: Storage, model: Model) -> ModelOut:
    """A model with its newest verdict."""
    proof = judged.newest(session, model.id)
    return ModelOut(
        id=model.id,
        run_id=model.run_id,
        parent_id=model.parent_id,
        made_by=model.made_by,
        served=Served.model_validate(model.served) if model.served else None,
        published=PublishedAt.model_validate(model.published) if model.published else None,
        name=model.name,
        tags=model.tags,
        base_model=model.base_model,
        size_bytes=model.size_bytes,
        files=[ModelFile.model_validate(file) for file in model.files],
        path=str(place) if (place := storage.local_path(model.folder)) else None,
        verdict=judged.verdict_of(session, proof) if proof else None,
        judged_at=proof.created_at if proof else None,
        before=proof.before if proof else {},
        after=proof.after if proof else {},
        created_at=model.created_at,
    )


def over_seeds(session: Session, who: Person, run: Run) -> list[SeedOut]:
    """What became of the same recipe with other seeds, where it has been tried with several."""
    kin = same_but_seed(session, run)
    models = session.scalars(newest(who).where(Model.run_id.in_([each.id for each in kin])))
    of_run = {model.run_id: model for model in models if model.parent_id is None}
    return [
        SeedOut(
            run_id=each.id,
            model_id=model.id if model else None,
            seed=Recipe.model_validate(each.recipe).seed,
            verdict=judged.verdict_of(session, proof) if proof else None,
        )
        for each in kin
        if len(kin) > 1
        for model in [of_run.get(each.id)]
        for proof in [judged.newest(session, model.id) if model else None]
    ]


def card(storage: Storage, model: Model) -> str:
    """The model card's text, with the person's own words: Markdown with YAML in front."""
    path: Path = storage.folder(model.folder) / FILE
    return with_words(path.read_text(encoding="utf-8"), model.card_words)


def own_files(storage: Storage, model: Model) -> dict[str, bytes]:
    """What leaves in the place of files of the model's folder, by their names: the card."""
    if not model.card_words.strip():
        return {}
    return {FILE: card(storage, model).encode()}


def write_card_words(session: Session, who: Person, model_id: ModelId, words: str) -> Model:
    """Say something above the generated card. Raises NotFound if `who` may not see the model."""
    model = get(session, who, model_id)
    model.card_words = words.replace("\r\n", "\n")
    session.flush()
    return model


def similarity(embedder: Embedder, model: Model, asked: SimilarityIn) -> SimilarityOut:
    """How alike the texts are, to the tuned and to the base model: the cosine of embeddings.

    Raises Unready while a model is being loaded. Takes no session: embedding is slow.
    """
    texts = [asked.source, *asked.others]
    return SimilarityOut(
        tuned=_cosines(embedder.embed(model.id, texts)),
        base=_cosines(embedder.embed(model.base_model, texts)),
    )


def _cosines(embeddings_ND: NDArray[np.float32]) -> list[float]:
    """Of the first row with each of the others."""
    norms_N1 = np.linalg.norm(embeddings_ND, axis=1, keepdims=True)
    unit_ND = embeddings_ND / np.maximum(norms_N1, 1e-12)
    return [float(cosine) for cosine in unit_ND[1:] @ unit_ND[0]]
