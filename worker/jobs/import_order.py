"""What an import's process is told: exactly one of the three sources."""

from pathlib import Path

from pydantic import BaseModel

from backend.recipes.hub import HubDataset


class FileOrder(BaseModel):
    """A file that lies here, and its owner's name for it."""

    path: Path
    file_name: str


class StorageOrder(BaseModel):
    """A file of a bucket or folder that the operator has allowed; `prefixes` are those allowed."""

    url: str
    prefixes: list[str]
    most_bytes: int


class ImportOrder(BaseModel):
    files: list[FileOrder] | None = None
    hub: HubDataset | None = None
    storage: StorageOrder | None = None
