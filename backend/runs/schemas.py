"""Runs and events as they enter and leave."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.ids import ExperimentId, JobId, ModelId, RecipeId, RunId
from backend.recipes.estimate.estimate import Estimate
from backend.recipes.estimate.spent import Spent
from backend.recipes.schemas import Recipe, Strict
from backend.runs.actions import Action
from backend.runs.states import PRIORITIES, JobKind, JobStatus, Phase, Wish
from backend.web.labels import Pairs, Tags
from backend.web.problem_details import ProblemOut

Priority = Annotated[
    int,
    Field(
        ge=PRIORITIES[0],
        le=PRIORITIES[-1],
        description="Higher goes first; of the same, what waits longest.",
    ),
]
TimeLimit = Annotated[
    int | None,
    Field(
        ge=1,
        le=365 * 24 * 3_600,
        description="How long all attempts together may take; then it stops with a checkpoint.",
    ),
]

LONGEST_NOTES = 20_000
Notes = Annotated[
    str, Field(max_length=LONGEST_NOTES, description="What you want to remember of it.")
]


Hosts = Annotated[
    int,
    Field(
        ge=1,
        le=64,
        description="Workers of the queue that train it together, each with all of its devices.",
    ),
]


class RunIn(Strict):
    """A recipe to be trained: in full, or one that was kept. It is judged as a whole, so that all
    problems come at once."""

    recipe: dict[str, Any] | None = Field(
        None, description="A recipe; its schema is at /api/v1/schemas/recipe."
    )
    recipe_id: RecipeId | None = Field(None, description="A kept recipe, in its place.")
    name: str | None = Field(None, max_length=200, description="Default: the recipe's name.")
    priority: Priority = 0
    time_limit_seconds: TimeLimit = None
    hosts: Hosts = 1
    tags: Tags = Field(default_factory=list)
    notes: Notes = ""
    metadata: Pairs = Field(default_factory=dict)
    opens_prove: bool = Field(
        True,
        description="Whether the model is judged on *prove* when it is trained. Leave it closed "
        "where several runs are tried, and open it for the one that you choose.",
    )

    @model_validator(mode="after")
    def _one_recipe(self) -> Self:
        if (self.recipe is None) == (self.recipe_id is None):
            raise ValueError("give either recipe or recipe_id")
        return self


class RunChange(Strict):
    """What is left out stays as it is."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    tags: Tags | None = None
    notes: Notes | None = None
    metadata: Pairs | None = None


class CloneIn(Strict):
    """What shall be different in the new run."""

    changes: list[dict[str, Any]] = Field(
        default_factory=list,
        max_length=200,
        description="A JSON Patch (RFC 6902) of the recipe, such as the `patch` of a fix.",
    )
    name: str | None = Field(None, max_length=200, description="Default: the same name.")


class JobChange(Strict):
    """What is left out stays as it is."""

    priority: Priority | None = None
    time_limit_seconds: TimeLimit = None


class ProgressOut(BaseModel):
    """How far a running job is. `eta_seconds` is the worker's own estimate of the whole rest."""

    phase: Phase
    step: int = 0
    total_steps: int | None = None
    epoch: float | None = None
    percent: float = Field(ge=0, le=100, description="Of the whole job, all phases.")
    eta_seconds: float | None = None
    samples_per_second: float | None = None
    bytes_done: int | None = Field(None, description="Of a file that is being read.")
    bytes_total: int | None = None


class FailureOut(BaseModel):
    """Why a run failed: what, where, and what to do now."""

    code: str
    title: str
    detail: str


class JobOut(BaseModel):
    """One unit of queued work. `result` names what it made, once it has succeeded."""

    model_config = ConfigDict(from_attributes=True)

    id: JobId
    kind: JobKind
    status: JobStatus
    phase: Phase | None
    progress: ProgressOut | None
    problem: FailureOut | None
    result: dict[str, Any] | None
    priority: int
    time_limit_seconds: int | None
    created_at: datetime
    ended_at: datetime | None


class RunOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: RunId
    job_id: JobId
    name: str
    tags: list[str]
    notes: str
    metadata: dict[str, str]
    status: JobStatus
    phase: Phase | None
    wish: Wish | None = Field(description="What was asked of a running job and comes soon.")
    attempt: int
    priority: int
    time_limit_seconds: int | None
    ran_seconds: float = Field(description="What all attempts took, waiting left out.")
    actions: list[Action] = Field(description="What can be done with it now, as `POST …/<action>`.")
    progress: ProgressOut | None
    problem: FailureOut | None
    recipe: Recipe
    model_id: ModelId | None
    experiment_id: ExperimentId | None = Field(
        None, description="It is a trial of this experiment, and *prove* was not opened by it."
    )
    last_seq: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class EventOut(BaseModel):
    """One numbered fact about a run. By `kind`, `data` holds:

    - `state`: `status`, and `reason` in words where there is one
    - `phase`: `phase`
    - `progress`: as ProgressOut
    - `metrics`: `step`, `epoch` and figures by name: `loss`, `learning_rate`, `grad_norm`, with
      several datasets `loss/<dataset>`; or, from an evaluation on *choose*, `choose/<metric>`, with
      `base/<metric>` at step 0
    - `log`: `level`, `message`
    """

    model_config = ConfigDict(from_attributes=True)

    seq: int
    at: datetime
    attempt: int
    kind: str
    data: dict[str, Any]
    schema_: int = Field(alias="schema", validation_alias="schema")


class EventsOut(BaseModel):
    items: list[EventOut]
    last_seq: int
    is_ended: bool


class JudgeIn(Strict):
    recipe: dict[str, Any]


class EstimateIn(Strict):
    recipe: dict[str, Any]
    hosts: Hosts = 1


class CostOut(BaseModel):
    """Null where the run was queued before estimates were made, or has not ended well."""

    estimate: Estimate | None
    spent: Spent | None


class JudgementOut(BaseModel):
    """Empty `problems`: the recipe can be trained. `advice` would not stop it."""

    problems: list[ProblemOut]
    advice: list[ProblemOut] = []
