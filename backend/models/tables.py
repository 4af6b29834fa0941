"""Models that runs have made: a folder in the artifact store, and where it came from."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.clock import utc_now
from backend.db import Base
from backend.ids import ModelId, ProjectId, RunId


class MadeBy(StrEnum):
    """How a model came to be."""

    TRAINING = "training"
    BLENDING = "blending"  # of another with its base model, weight by weight
    SHRINKING = "shrinking"  # of another: shorter vectors, fewer layers


class Model(Base):
    """`folder` is its key in the artifact store; `base_model` what it was trained from. One that
    was made of another has it as `parent_id`, and shares its run. `served` tells how it compared
    when it was loaded again as a stranger would, `published` where on the Hub it lies, `exported`
    what it was exported as. `card_words` are the person's own, above what the studio writes into the
    card. A deleted one has no files and is shown to nobody; its row stays, since what it was judged
    on was seen."""

    __tablename__ = "models"
    __table_args__ = (Index("ix_models_newest", "project_id", "id"),)

    id: Mapped[ModelId] = mapped_column(primary_key=True, default=ModelId.new)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"))
    run_id: Mapped[RunId] = mapped_column(ForeignKey("runs.id"), index=True)
    parent_id: Mapped[ModelId | None] = mapped_column(ForeignKey("models.id"), index=True)
    made_by: Mapped[MadeBy] = mapped_column(default=MadeBy.TRAINING)
    name: Mapped[str] = mapped_column(String(200))
    tags: Mapped[list[Any]] = mapped_column(default=list)
    base_model: Mapped[str] = mapped_column(String(200))
    folder: Mapped[str] = mapped_column(String(200))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    files: Mapped[list[Any]]
    served: Mapped[dict[str, Any] | None]
    published: Mapped[dict[str, Any] | None]
    exported: Mapped[dict[str, Any] | None]
    card_words: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    deleted_at: Mapped[datetime | None]


def folder_of_export(model_id: ModelId) -> str:
    """The key in the artifact store of what a model was exported as; a new export replaces it."""
    return f"exports/{model_id}"
