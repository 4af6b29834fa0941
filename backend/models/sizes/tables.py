"""What was measured of a model's sizes: one table a model, the newest."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.clock import utc_now
from backend.db import Base
from backend.ids import ModelId, ProjectId


class ModelSizes(Base):
    """`measured` is a `Measured`."""

    __tablename__ = "model_sizes"

    model_id: Mapped[ModelId] = mapped_column(ForeignKey("models.id"), primary_key=True)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"), index=True)
    measured: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
