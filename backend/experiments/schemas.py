"""Experiments as they enter and leave."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from backend.experiments.space import Varied
from backend.experiments.tables import ExperimentStatus
from backend.ids import ExperimentId, ModelId, RunId
from backend.recipes.schemas import Strict
from backend.runs.schemas import FailureOut
from backend.runs.states import JobStatus

MOST_TRIALS = 100
MOST_AT_ONCE = 16


class ExperimentIn(Strict):
    """A recipe, and what of it is to be varied."""

    recipe: dict[str, Any] = Field(description="A recipe; its schema is at /api/v1/schemas/recipe.")
    space: list[Varied] = Field(min_length=1, max_length=20)
    trials: int = Field(8, ge=2, le=MOST_TRIALS, description="How many settings are tried.")
    at_once: int = Field(1, ge=1, le=MOST_AT_ONCE, description="So many runs at a time.")
    name: str | None = Field(None, max_length=200, description="Default: the recipe's name.")


class TrialOut(BaseModel):
    """A run with its settings. `metric` is its best on *choose*, by which its checkpoint became
    its model."""

    run_id: RunId
    name: str
    status: JobStatus
    percent: float | None
    values: dict[str, Any]
    metric: float | None
    curve: list[float] = Field(description="The metric on *choose*, as it came.")
    model_id: ModelId | None


class ExperimentOut(BaseModel):
    """Trials in their order. One is chosen when all have ended, by the metric on *choose* alone;
    only of that one *prove* is opened, then."""

    id: ExperimentId
    name: str
    status: ExperimentStatus
    metric: str
    base: float | None = Field(description="The base model's, on *choose*.")
    space: list[Varied]
    trials: int
    at_once: int
    tried: list[TrialOut]
    chosen_run_id: RunId | None
    chosen_model_id: ModelId | None
    problem: FailureOut | None
    recipe: dict[str, Any]
    created_at: datetime
    ended_at: datetime | None
