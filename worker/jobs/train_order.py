"""What a training is told by its supervisor."""

from pathlib import Path

from pydantic import BaseModel

from backend.catalog.columns import TableFacts
from backend.recipes.schemas import Recipe


class TableOrder(BaseModel):
    """The rows of a dataset version, and what is known of them."""

    facts: TableFacts
    rows_file: Path


class TrainOrder(BaseModel):
    """A recipe, and where on this machine the things are that it names.

    `tables` are those of its datasets, in their order; `model_folders` those of its models that are
    this studio's own. `earlier` are the checkpoints of the attempts before this one, newest first.
    `halvings` says how often its batches were found too large for the memory. `nano_beir` and
    `general_similarity` are where the guard's texts are: a dataset of the Hub, or a folder. Where it
    doesn't open *prove*, nobody sees what the model makes of it, until somebody opens it.
    """

    recipe: Recipe
    tables: list[TableOrder]
    model_folders: dict[str, Path]
    earlier: list[Path]
    model_name: str
    nano_beir: str
    general_similarity: str
    halvings: int = 0
    opens_prove: bool = True
