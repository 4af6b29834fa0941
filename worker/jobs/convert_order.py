"""What a job that changes a version is told."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel


class ConvertOrder(BaseModel):
    """Do these steps to the rows of `rows_file`. `model_folders` says where this studio's own
    models are that they name."""

    name: str
    operations: list[dict[str, Any]]
    rows_file: Path
    model_folders: dict[str, Path]
