"""Models as they leave, and the texts that are tried on them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from backend.ids import ModelId, RunId
from backend.models.tables import MadeBy
from backend.proof.schemas import Served, Verdict
from backend.recipes.schemas import Strict
from backend.web.labels import Tags


class ModelFile(BaseModel):
    name: str
    size_bytes: int


class PublishedAt(BaseModel):
    """Where a model lies on the Hub, since it was published last."""

    repo: str
    url: str = Field(description="Its commit there, or the pull request that proposes it.")
    commit: str
    is_proposed: bool = Field(description="It is a pull request that somebody may merge.")
    at: datetime


class ModelOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: ModelId
    run_id: RunId
    parent_id: ModelId | None = Field(description="The model that this one was made of, if any.")
    made_by: MadeBy
    name: str
    tags: list[str]
    base_model: str
    size_bytes: int
    files: list[ModelFile]
    path: str | None = Field(description="Its folder, where the artifact store is on this machine.")
    verdict: Verdict | None
    judged_at: datetime | None = Field(description="When *prove* was opened for it.")
    before: dict[str, float] = Field(description="All metrics of the base model on *prove*.")
    after: dict[str, float] = Field(description="All metrics of this model on *prove*.")
    served: Served | None = Field(description="How it compared when it was loaded again.")
    published: PublishedAt | None = Field(None, description="Where on the Hub it lies, if it does.")
    created_at: datetime


class ModelChange(Strict):
    """What is left out stays as it is."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    tags: Tags | None = None


Text = Annotated[str, Field(min_length=1, max_length=20_000)]


class SimilarityIn(Strict):
    """Two texts, or one against many."""

    source: Text
    others: list[Text] = Field(min_length=1, max_length=100)


class SimilarityOut(BaseModel):
    """Cosine similarity of `source` with each of `others`, by the tuned and by the base model."""

    tuned: list[float]
    base: list[float]


class ExampleOut(BaseModel):
    """One item of *prove* on which the models differ. `before` and `after` are the metric's figures
    of this item (of a pair, its two similarities)."""

    model_config = ConfigDict(from_attributes=True)

    text: str
    wanted: str = Field(description="What would have been right: the answer, or the label.")
    found_base: list[str] = Field(description="What the base model found first, best first.")
    found_tuned: list[str]
    before: float
    after: float
    gain: float


class ExamplesOut(BaseModel):
    """The strongest first."""

    better: list[ExampleOut]
    worse: list[ExampleOut]


class SeedOut(BaseModel):
    """A training of the same recipe with another seed; no model while it isn't done."""

    run_id: RunId
    model_id: ModelId | None
    seed: int
    verdict: Verdict | None


class GuardIn(Strict):
    sets: list[str] = Field(
        default_factory=list, max_length=20, description="Names of general sets; empty: the usual."
    )


class ShareOut(BaseModel):
    share: float = Field(description="Of the tuned weights; the rest is the base's.")
    figure: float = Field(description="The metric on *choose*.")


class BlendOut(BaseModel):
    """What a blending found. No model: the tuned one itself is the best of all."""

    metric: str
    share: float
    tried: list[ShareOut]
    model_id: ModelId | None
