"""What base and tuned model make of a person's own texts, as it leaves."""

from pydantic import BaseModel, ConfigDict, Field

from backend.models.schemas import Text
from backend.recipes.schemas import Strict


class SearchIn(Strict):
    """A question, asked of the texts that both models have embedded."""

    query: Text
    most: int = Field(10, ge=1, le=50, description="So many texts of each model.")


class FoundTextOut(BaseModel):
    """One text that a model finds. `score` is the cosine; `other_place` is where the other model
    has the same text, from 1 on."""

    model_config = ConfigDict(from_attributes=True)

    text: str
    score: float
    place: int
    other_place: int


class SearchOut(BaseModel):
    """What each model finds, best first."""

    model_config = ConfigDict(from_attributes=True)

    base: list[FoundTextOut]
    tuned: list[FoundTextOut]


class ChangedOut(BaseModel):
    """A text whose nearest neighbours changed: which they were and which they are, nearest first,
    and how many are the same."""

    text: str
    stayed: int
    base: list[FoundTextOut]
    tuned: list[FoundTextOut]


class SeenOut(BaseModel):
    """How the neighbourhood of a person's texts changed."""

    texts: int = Field(description="How many were looked at.")
    left_out: int = Field(description="How many more there are: at most 5,000 are drawn.")
    neighbours: int = Field(description="How many nearest ones of each text are compared.")
    stayed: float = Field(description="The share of all neighbours that stayed, 0…1.")
    unchanged: int = Field(description="Texts of which all neighbours stayed.")
    groups: list[str] = Field(description="By what the texts can be grouped on the map.")
    changed: list[ChangedOut] = Field(description="Of which the fewest stayed, first.")


class PointOut(BaseModel):
    """A text on both maps. `text` is its beginning."""

    text: str
    group: str
    base: tuple[float, float]
    tuned: tuple[float, float]


class MapOut(BaseModel):
    """The plane in which each model's vectors differ most; the base model's is turned onto the
    tuned one's. `…_share` is how much of the variance is in it, 0…1."""

    by: str | None = Field(description="What `group` names; none where nothing groups the texts.")
    base_share: float
    tuned_share: float
    points: list[PointOut]
