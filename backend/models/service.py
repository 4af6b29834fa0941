"""What one can do with models. No HTTP here."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.ids import ModelId
from backend.models.embedder import Embedder
from backend.models.schemas import ModelFile, ModelOut, SimilarityIn, SimilarityOut
from backend.models.tables import Model
from backend.problems import NotFound
from backend.proof.schemas import Verdict
from backend.proof.tables import Evaluation
from backend.storage import Storage


def get(session: Session, who: Person, model_id: ModelId) -> Model:
    """Raises NotFound where there is none, or it isn't theirs."""
    query = select(Model).where(Model.id == model_id, Model.project_id == who.project_id)
    model = session.scalars(query).one_or_none()
    if model is None:
        raise NotFound("model", model_id)
    return model


def newest(who: Person) -> Select[Model]:
    return select(Model).where(Model.project_id == who.project_id)


def show(session: Session, storage: Storage, model: Model) -> ModelOut:
    """A model with its newest verdict."""
    query = select(Evaluation).where(Evaluation.model_id == model.id, Evaluation.part == "prove")
    proof = session.scalars(query.order_by(Evaluation.id.desc()).limit(1)).one_or_none()
    return ModelOut(
        id=model.id,
        run_id=model.run_id,
        name=model.name,
        base_model=model.base_model,
        size_bytes=model.size_bytes,
        files=[ModelFile.model_validate(file) for file in model.files],
        path=str(place) if (place := storage.local_path(model.folder)) else None,
        verdict=Verdict.model_validate(proof.verdict) if proof else None,
        before=proof.before if proof else {},
        after=proof.after if proof else {},
        created_at=model.created_at,
    )


def card(storage: Storage, model: Model) -> str:
    """The model card's text: Markdown with YAML in front."""
    path: Path = storage.folder(model.folder) / "README.md"
    return path.read_text(encoding="utf-8")


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
