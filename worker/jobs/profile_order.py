"""What a profile job is told."""

from pathlib import Path

from pydantic import BaseModel

from backend.catalog.columns import TableFacts
from backend.datasets.profile import ProfileSettings


class ProfileOrder(BaseModel):
    """Look at the rows of `rows_file`. `model_folders` says where this studio's own models are."""

    settings: ProfileSettings
    facts: TableFacts
    rows_file: Path
    model_folders: dict[str, Path]
