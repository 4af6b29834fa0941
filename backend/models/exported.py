"""What a model was exported as, and how each file compared with it."""

from typing import Literal

from pydantic import BaseModel, Field

from backend.proof.schemas import Served


class ExportedFile(BaseModel):
    """An ONNX graph; `name` is its place in the model's folder, as sentence-transformers loads it."""

    name: str
    size_bytes: int
    weights: Literal["float32", "int8"]
    served: Served


class Exported(BaseModel):
    """What an export left, and how large all of it is."""

    files: list[ExportedFile]
    size_bytes: int = Field(description="With weights that lie beside a graph.")
