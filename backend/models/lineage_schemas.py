"""A model's relatives, as they leave."""

from pydantic import BaseModel, ConfigDict

from backend.ids import DatasetId, ModelId, RunId, VersionId
from backend.models.tables import MadeBy
from backend.recipes.schemas import Lora


class Relative(BaseModel):
    """Another model of this studio."""

    model_config = ConfigDict(from_attributes=True)

    id: ModelId
    name: str
    made_by: MadeBy


class RunNamed(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: RunId
    name: str


class LearnedFrom(BaseModel):
    """A version of a dataset; `dataset` is what it is called today."""

    version_id: VersionId
    dataset_id: DatasetId
    dataset: str
    rows: int


class Lineage(BaseModel):
    """`base_model` is a name on the Hub, or the id of a model of this studio, which then is
    `base`. `parent` is what this one was made of without training; `children` are those that were
    made of it or trained from it. `lora` is the adapter that was trained in place of the weights."""

    run: RunNamed
    base_model: str
    base: Relative | None
    revision: str | None
    lora: Lora | None
    learned_from: list[LearnedFrom]
    parent: Relative | None
    children: list[Relative]
