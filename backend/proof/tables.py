"""Evaluations: what a model was measured to be, and the verdict that follows.

*Prove* is opened by a recorded act: each verdict is a row, so that one can count them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.clock import utc_now
from backend.db import Base
from backend.ids import EvaluationId, ModelId, ProjectId, VersionId


class Evaluation(Base):
    """One model on one part of held-out data, against its base model.

    `tails` are the bounds of the difference at stricter levels, so that the interval can be widened
    when this part has judged more models. `folder` is the key in the artifact store of what was
    judged, item by item; it holds texts of the person's and is never published.
    """

    __tablename__ = "evaluations"
    __table_args__ = (Index("ix_evaluations_part", "project_id", "part_hash"),)

    id: Mapped[EvaluationId] = mapped_column(primary_key=True, default=EvaluationId.new)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"), index=True)
    model_id: Mapped[ModelId] = mapped_column(ForeignKey("models.id"), index=True)
    version_id: Mapped[VersionId] = mapped_column(ForeignKey("dataset_versions.id"), index=True)
    part: Mapped[str] = mapped_column(String(20))
    part_hash: Mapped[str] = mapped_column(String(64))
    evaluator: Mapped[str] = mapped_column(String(100))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    verdict: Mapped[dict[str, Any]]
    p_value: Mapped[float | None]
    tails: Mapped[dict[str, Any] | None]
    folder: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
