"""One file of a publication, as it is shown, kept, and ordered."""

from pydantic import BaseModel


class LeavingFile(BaseModel):
    """One file that leaves, to the byte."""

    name: str
    size_bytes: int
    sha256: str
