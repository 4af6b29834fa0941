"""Files that come in parts, as they enter and leave."""

from datetime import datetime

from pydantic import BaseModel, Field

from backend.ids import UploadId
from backend.recipes.schemas import Strict


class UploadIn(Strict):
    """A file that is about to come."""

    file_name: str = Field(min_length=1, max_length=400)
    size_bytes: int = Field(ge=0)
    sha256: str | None = Field(
        None,
        pattern="^[0-9a-f]{64}$",
        description="What the whole file must be, if you know it.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )


class UploadOut(BaseModel):
    """How much of a file is here. Parts are numbered from 1; all but the last have `part_bytes`."""

    id: UploadId
    file_name: str
    size_bytes: int
    part_bytes: int
    parts: int
    received: list[int] = Field(description="The numbers of the parts that are here.")
    is_complete: bool
    first_look: str | None = Field(description="What the file's beginning says of it.")
    created_at: datetime
