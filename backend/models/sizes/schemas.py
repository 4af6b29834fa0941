"""How small a model may be: the sizes that were tried, and what each costs. Knows no session."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from backend.recipes.schemas import Strict


class Precision(StrEnum):
    """How a number of a vector is stored, under the names of `encode(precision=…)`."""

    FLOAT32 = "float32"
    INT8 = "int8"
    BINARY = "binary"


_BITS = {Precision.FLOAT32: 32, Precision.INT8: 8, Precision.BINARY: 1}


class Size(BaseModel):
    """How deep a model is, how long its vectors are, and how they are stored."""

    layers: int | None = Field(description="Null: its layers can't be told, so all are kept.")
    dimensions: int
    precision: Precision

    @property
    def bytes_per_vector(self) -> int:
        return -(-self.dimensions * _BITS[self.precision] // 8)


class Tried(Size):
    """A size, and what was found of it on *choose*. `lows[m − 1]` is the lower end of the interval
    of the difference at the level 1 − 0.05/m: what m sizes that are tried at once ask for."""

    milliseconds_per_text: float
    quality: float
    difference: float = Field(description="From the whole model.")
    ci95: tuple[float, float]
    lows: list[float]


class Measured(BaseModel):
    """All sizes of a model that were tried; the first is the whole model, and the others are
    compared with it on the same items."""

    evaluator: str
    metric: str
    items: str
    judged: int = Field(description="How many items were judged.")
    machine: str = Field(description="What the times were taken on.")
    tried: list[Tried]


class Standing(StrEnum):
    """What can be said of a size beside the whole model."""

    WHOLE = "whole"
    WORSE = "worse"  # its interval is wholly below zero
    SOUND = "sound"  # surely less than the margin is lost
    UNSURE = "unsure"  # neither


Margin = Annotated[
    float,
    Field(gt=0, le=1, description="The loss of quality that would just be too much."),
]

DEFAULT_MARGIN = 0.02


class TriedOut(BaseModel):
    """A size as it leaves. `may_lose` is what it may lose at most, sure for all sizes at once."""

    layers: int | None
    dimensions: int
    precision: Precision
    bytes_per_vector: int
    milliseconds_per_text: float
    quality: float
    difference: float
    ci95: tuple[float, float]
    may_lose: float
    standing: Standing
    is_chosen: bool


class SizesOut(BaseModel):
    """The table, largest vectors first. `chosen` says in words which is marked, and why."""

    evaluator: str
    metric: str
    items: str
    judged: int
    machine: str
    margin: float
    chosen: str
    sizes: list[TriedOut]


class ShrinkIn(Strict):
    """Which size is taken as a model of its own. It must be one of those that were tried."""

    layers: int | None = None
    dimensions: int = Field(ge=1)
    precision: Precision = Precision.FLOAT32
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        None, description="Default: the model's name with what it was cut to."
    )
