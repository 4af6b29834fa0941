"""A recipe: all that determines a training. Same recipe, same machine → same model."""

from math import inf
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from backend.ids import VersionId

RECIPE_SCHEMA: Literal[1] = 1
"""Rises when a field changes its meaning; a worker leaves newer recipes in the queue."""

MOST_INPUTS = 64

DEFAULT_BASE_MODEL = "sentence-transformers/all-MiniLM-L6-v2"


class Strict(BaseModel):
    """What comes from outside: an unknown field is an error, never silently dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)


ColumnName = Annotated[str, Field(min_length=1, max_length=200)]


class Mapping(Strict):
    """Which columns are the texts, in which order, and which is the label."""

    inputs: list[ColumnName] = Field(
        min_length=1,
        max_length=MOST_INPUTS,
        description="The columns that are texts, in their order.",
    )
    label: ColumnName | None = Field(None, description="The column that is the label, if any.")
    group: ColumnName | None = Field(
        None, description="Rows with the same value here stay together when data is held out."
    )
    label_range: tuple[float, float] | None = Field(
        None, description="Lowest and highest score on your scale; scores are brought to 0…1 by it."
    )

    @field_validator("label_range")
    @classmethod
    def _has_a_lower_and_an_upper_end(
        cls, ends: tuple[float, float] | None
    ) -> tuple[float, float] | None:
        if ends is not None and not -inf < ends[0] < ends[1] < inf:
            raise ValueError("the lowest score comes first, then a higher one")
        return ends


class HeldOut(Strict):
    """How many rows are kept aside. *Choose* picks checkpoints; *prove* gives the verdict."""

    choose_rows: int | None = Field(None, ge=0, description="Empty: a tenth, at most 200.")
    prove_rows: int | None = Field(None, ge=0, description="Empty: a fifth, at most 400.")

    def rows(self, total: int) -> tuple[int, int]:
        """(choose, prove) for a table of `total` rows."""
        choose = min(total // 10, 200) if self.choose_rows is None else self.choose_rows
        prove = min(total // 5, 400) if self.prove_rows is None else self.prove_rows
        return choose, prove


class DatasetUse(Strict):
    version: VersionId = Field(description="The dataset version to train on.")
    mapping: Mapping
    held_out: HeldOut = HeldOut()


class LossUse(Strict):
    name: str
    parameters: dict[str, Any] = Field(default_factory=dict)


class EvaluatorUse(Strict):
    name: str


class Arguments(Strict):
    """Training arguments, under transformers' names and with its meanings."""

    num_train_epochs: float = Field(1.0, gt=0, le=1_000, description="How often all rows are seen.")
    max_steps: int | None = Field(None, ge=1, description="Stop after so many steps instead.")
    per_device_train_batch_size: int = Field(32, ge=1, le=65_536)
    per_device_eval_batch_size: int = Field(64, ge=1, le=65_536)
    gradient_accumulation_steps: int = Field(1, ge=1, le=65_536)
    learning_rate: float = Field(2e-5, gt=0, le=10)
    lr_scheduler_type: Literal[
        "linear", "cosine", "constant", "constant_with_warmup", "polynomial", "inverse_sqrt"
    ] = "linear"
    warmup_ratio: float = Field(0.1, ge=0, lt=1)
    weight_decay: float = Field(0.0, ge=0, le=10)
    max_grad_norm: float = Field(1.0, gt=0)
    batch_sampler: str | None = Field(None, description="Empty: the one that suits the loss.")
    max_seq_length: int | None = Field(
        None, ge=1, le=131_072, description="Tokens after which texts are cut; empty: the model's."
    )
    eval_steps: int | None = Field(None, ge=1, description="Empty: five times in a training.")
    save_steps: int | None = Field(
        None, ge=1, description="With data to choose by, a checkpoint is written as it is chosen."
    )
    logging_steps: int | None = Field(None, ge=1, description="Empty: 200 times in a training.")
    bf16: bool = False
    fp16: bool = False


class Output(Strict):
    name: str | None = Field(None, max_length=200, description="What the model is called.")


class Recipe(Strict):
    """A whole training, as JSON or YAML."""

    schema_: Literal[1] = Field(RECIPE_SCHEMA, alias="schema")
    name: str = Field("", max_length=200)
    base_model: str = Field(
        DEFAULT_BASE_MODEL,
        pattern=r"^(mdl_[0-9a-z]{26}|[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?)$",
        description="A Hub model id, or the id of a model of this studio.",
    )
    revision: str | None = Field(None, max_length=100, description="A commit of the base model.")
    datasets: list[DatasetUse] = Field(min_length=1, max_length=1)
    loss: LossUse
    arguments: Arguments = Arguments()
    evaluators: list[EvaluatorUse] = Field(
        default_factory=list, max_length=16, description="The first is the one that proves."
    )
    seed: int = Field(42, ge=0, lt=2**32)
    output: Output = Output()
