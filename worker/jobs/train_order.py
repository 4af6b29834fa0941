"""What a training is told by its supervisor."""

from pathlib import Path

from pydantic import BaseModel

from backend.catalog.columns import TableFacts
from backend.recipes.schemas import Recipe


class TrainOrder(BaseModel):
    """A recipe, and where on this machine the things are that it names.

    `earlier` are the checkpoint folders of the attempts before this one, newest first.
    """

    recipe: Recipe
    facts: TableFacts
    rows_file: Path
    base_model_folder: Path | None
    earlier: list[Path]
    model_name: str
