"""A recipe: all that determines a training. Same recipe, same machine → same model."""

from math import inf
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from backend.catalog.evaluators import NANO_BEIR, NANO_BEIR_SETS
from backend.ids import VersionId

RECIPE_SCHEMA: Literal[1] = 1
"""Rises when a field changes its meaning; a worker leaves newer recipes in the queue."""

MOST_INPUTS = 64
MOST_DATASETS = 16
MOST_LAYERS = 4
"""Losses in each other; no more can do something new."""

HUB_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,95}(/[A-Za-z0-9][A-Za-z0-9_.-]{0,95})?"
r"""Owner and name on the Hub. Not `\w`: counted, all letters of Unicode take 90 ms to compile, in each
schema that has such a field."""

MODEL_NAME = rf"^(mdl_[0-9a-z]{{26}}|{HUB_NAME})$"
"""A Hub model id, or the id of a model of this studio."""

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
    grade: ColumnName | None = Field(
        None,
        description="How well the second text answers the first: above 0, it does. Rows of other "
        "grades, and texts without a first, are wrong answers to measure with, never learned from.",
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
    part: ColumnName | None = Field(
        None,
        description="A column that says of each row whether it is to train, choose or prove with; "
        "then nothing is drawn.",
    )
    seed: int | None = Field(
        None,
        ge=0,
        description="Which rows are drawn; empty: as the recipe's seed has it. Runs that share it "
        "are judged by the same rows, whatever their own seeds.",
    )

    @property
    def is_any(self) -> bool:
        """Is something kept aside because somebody said so?"""
        return bool(self.choose_rows or self.prove_rows or self.part)

    def rows(self, total: int) -> tuple[int, int]:
        """(choose, prove) for a table of `total` rows."""
        choose = min(total // 10, 200) if self.choose_rows is None else self.choose_rows
        prove = min(total // 5, 400) if self.prove_rows is None else self.prove_rows
        return choose, prove


class EvaluatorUse(Strict):
    """`sets` are for the guard alone, which brings its own data."""

    name: str
    sets: list[str] = Field(
        default_factory=list,
        max_length=len(NANO_BEIR_SETS),
        description="Which sets of NanoBEIR; empty: all thirteen.",
    )

    @model_validator(mode="after")
    def _has_such_sets(self) -> "EvaluatorUse":
        if self.sets and self.name != NANO_BEIR:
            raise ValueError(f"sets are for {NANO_BEIR}; {self.name} measures with your rows")
        if unknown := set(self.sets) - set(NANO_BEIR_SETS):
            raise ValueError(f"there is no set {min(unknown)}; {', '.join(NANO_BEIR_SETS)} are")
        return self


class LossUse(Strict):
    """`inner` is the loss that this one wraps, where it wraps one."""

    name: str
    parameters: dict[str, Any] = Field(default_factory=dict)
    inner: "LossUse | None" = None

    @field_validator("inner")
    @classmethod
    def _is_not_too_deep(cls, inner: "LossUse | None") -> "LossUse | None":
        within, depth = inner, 1
        while within is not None:
            within, depth = within.inner, depth + 1
        if depth > MOST_LAYERS:
            raise ValueError(f"at most {MOST_LAYERS} losses can be in each other")
        return inner


class DatasetUse(Strict):
    """The first dataset of a recipe is the one that proves: rows are kept aside of it alone."""

    name: str | None = Field(
        None,
        max_length=60,
        pattern=r"^[A-Za-z0-9][\w.-]*$",
        examples=["questions"],
        description="What it is called in figures and prompts; empty: data-1, data-2, …",
    )
    version: VersionId = Field(description="The dataset version to train on.")
    mapping: Mapping
    held_out: HeldOut = HeldOut()
    loss: LossUse | None = Field(None, description="Empty: the recipe's.")
    weight: float = Field(
        1.0, gt=0, le=1_000, description="How often it takes its turn, beside its share of batches."
    )
    prompts: dict[ColumnName, str] = Field(
        default_factory=dict, description="A text to put before every text of a column."
    )
    evaluators: list[EvaluatorUse] = Field(
        default_factory=list,
        max_length=16,
        description="Measures of this dataset beside the recipe's, which are the first one's.",
    )


class Arguments(Strict):
    """Training arguments, under transformers' names and with its meanings."""

    num_train_epochs: float = Field(1.0, gt=0, le=1_000, description="How often all rows are seen.")
    max_steps: int | None = Field(None, ge=1, description="Stop after so many steps instead.")
    per_device_train_batch_size: int = Field(
        32, ge=1, le=65_536, description="Rows that are compared with each other in one step."
    )
    per_device_eval_batch_size: int = Field(
        64, ge=1, le=65_536, description="Texts at once when it is measured; changes no figure."
    )
    gradient_accumulation_steps: int = Field(
        1, ge=1, le=65_536, description="Batches whose gradients are added before the weights move."
    )
    learning_rate: float = Field(2e-5, gt=0, le=10, description="How far the weights move a step.")
    lr_scheduler_type: Literal[
        "linear", "cosine", "constant", "constant_with_warmup", "polynomial", "inverse_sqrt"
    ] = Field("linear", description="How the learning rate falls from its height to the end.")
    warmup_ratio: float = Field(
        0.1, ge=0, lt=1, description="Share of the steps in which the learning rate rises."
    )
    optim: Literal["adamw_torch_fused", "adamw_torch", "adafactor", "sgd", "rmsprop"] = Field(
        "adamw_torch_fused", description="The rule by which gradients move the weights."
    )
    adam_beta1: float = Field(
        0.9, ge=0, lt=1, description="How long the optimizer remembers directions."
    )
    adam_beta2: float = Field(
        0.999, ge=0, lt=1, description="How long the optimizer remembers sizes of gradients."
    )
    adam_epsilon: float = Field(
        1e-8, gt=0, le=1, description="Keeps the optimizer from dividing by nearly nothing."
    )
    weight_decay: float = Field(
        0.0, ge=0, le=10, description="How strongly weights are drawn to zero; not layer norms."
    )
    max_grad_norm: float = Field(
        1.0, gt=0, description="A gradient longer than this is shortened to it."
    )
    batch_sampler: str | None = Field(None, description="Empty: the one that suits each loss.")
    multi_dataset_batch_sampler: Literal["proportional", "round_robin"] = Field(
        "proportional",
        description="How several datasets take turns: as often as they have batches, or evenly "
        "until the shortest ends.",
    )
    max_seq_length: int | None = Field(
        None, ge=1, le=131_072, description="Tokens after which texts are cut; empty: the model's."
    )
    eval_steps: int | None = Field(None, ge=1, description="Empty: five times in a training.")
    save_steps: int | None = Field(
        None, ge=1, description="With data to choose by, a checkpoint is written as it is chosen."
    )
    logging_steps: int | None = Field(None, ge=1, description="Empty: 200 times in a training.")
    bf16: bool = Field(False, description="Half precision with the range of single; needs a GPU.")
    fp16: bool = Field(False, description="Half precision; for GPUs that have no bf16.")
    tf32: bool = Field(
        False, description="Single precision, multiplied with fewer digits: faster on newer GPUs."
    )


AS_THE_TRAINER_HAS_THEM = {
    "num_train_epochs",
    "per_device_train_batch_size",
    "per_device_eval_batch_size",
    "gradient_accumulation_steps",
    "learning_rate",
    "lr_scheduler_type",
    "optim",
    "adam_beta1",
    "adam_beta2",
    "adam_epsilon",
    "weight_decay",
    "max_grad_norm",
    "bf16",
    "fp16",
}
"""Arguments that mean the same to the trainer of Sentence Transformers."""


class Lora(Strict):
    """A small adapter that is trained beside the transformer's weights, which rest, and in the end is
    added to them. Source: Hu et al. 2021, arXiv 2106.09685."""

    rank: int = Field(
        16,
        ge=1,
        le=1_024,
        description="How many directions each layer's change may have; more can learn more.",
    )
    alpha: float | None = Field(
        None,
        gt=0,
        le=100_000,
        description="The adapter counts alpha / rank times. Empty: twice the rank.",
    )
    dropout: float = Field(
        0.0, ge=0, lt=1, description="Share of what the adapter reads that is left out by chance."
    )

    @property
    def as_peft_has_it(self) -> dict[str, Any]:
        """The arguments of peft's LoraConfig. Its own choice of layers leaves out MPNet, ModernBERT
        and others; all linear ones are found in every transformer."""
        alpha = 2 * self.rank if self.alpha is None else self.alpha
        return {
            "r": self.rank,
            "lora_alpha": int(alpha) if float(alpha).is_integer() else alpha,
            "lora_dropout": self.dropout,
            "target_modules": "all-linear",
        }

    @property
    def in_words(self) -> str:
        return f"LoRA, rank {self.rank}"


class Output(Strict):
    name: str | None = Field(None, max_length=200, description="What the model is called.")


class Recipe(Strict):
    """A whole training, as JSON or YAML."""

    schema_: Literal[1] = Field(RECIPE_SCHEMA, alias="schema")
    name: str = Field("", max_length=200)
    base_model: str = Field(
        DEFAULT_BASE_MODEL,
        pattern=MODEL_NAME,
        description="A Hub model id, or the id of a model of this studio.",
    )
    revision: str | None = Field(None, max_length=100, description="A commit of the base model.")
    datasets: list[DatasetUse] = Field(min_length=1, max_length=MOST_DATASETS)
    loss: LossUse = Field(description="Of every dataset that names none of its own.")
    lora: Lora | None = Field(
        None,
        description="Train an adapter in place of the weights; empty: all weights are trained.",
    )
    arguments: Arguments = Arguments()
    evaluators: list[EvaluatorUse] = Field(
        default_factory=list, max_length=16, description="The first that can prove does."
    )
    seed: int = Field(42, ge=0, lt=2**32)
    output: Output = Output()

    @property
    def dataset_names(self) -> list[str]:
        """What each dataset is called."""
        return [use.name or f"data-{n}" for n, use in enumerate(self.datasets, start=1)]

    def measures(self, dataset: str) -> bool:
        """Whether rows of the dataset of that name are kept aside: the first, and those that have
        evaluators of their own."""
        place = self.dataset_names.index(dataset)
        return place == 0 or bool(self.datasets[place].evaluators)

    def loss_of(self, use: DatasetUse) -> LossUse:
        return use.loss or self.loss
