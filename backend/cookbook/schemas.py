"""Kept recipes as they enter and leave."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from backend.ids import RecipeId
from backend.recipes.schemas import Strict

LONGEST_NAME = 200
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


class KeptRecipeIn(Strict):
    """A recipe to be kept; it may still be unsound: `POST /recipes/validate` says what is missing."""

    name: Name
    recipe: dict[str, Any] = Field(description="A recipe; its schema is at /api/v1/schemas/recipe.")


class KeptRecipeOut(BaseModel):
    """`revision` counts its changes."""

    model_config = ConfigDict(from_attributes=True)

    id: RecipeId
    name: str
    recipe: dict[str, Any]
    revision: int
    created_at: datetime
    updated_at: datetime
