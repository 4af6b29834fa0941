"""Recipes that people keep under a name, to train again or to share."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.clock import utc_now
from backend.db import Base
from backend.ids import ProjectId, RecipeId


class KeptRecipe(Base):
    """A recipe as it was sent, sound or not yet. `revision` counts its changes."""

    __tablename__ = "recipes"
    __table_args__ = (Index("ix_recipes_newest", "project_id", "id"),)

    id: Mapped[RecipeId] = mapped_column(primary_key=True, default=RecipeId.new)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str] = mapped_column(String(200))
    recipe: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)
