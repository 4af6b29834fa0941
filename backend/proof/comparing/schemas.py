"""Runs side by side, as they leave."""

from typing import Any

from pydantic import BaseModel, Field

from backend.ids import ModelId, RunId
from backend.proof.schemas import Word
from backend.runs.states import JobStatus


class SettingOut(BaseModel):
    """A place of the recipe on which the runs differ."""

    path: str = Field(examples=["arguments.learning_rate"])
    about: str | None = Field(description="What the place is for, where the schema says it.")
    values: list[Any] = Field(description="By run; null where a recipe has nothing there.")


class GapOut(BaseModel):
    """How far a run is from the first on the same rows of *choose*: the difference of the metric,
    with its paired interval."""

    difference: float
    ci95: tuple[float, float] = Field(
        description="95 %, made wider by Holm's rule for so many runs as are compared."
    )
    word: Word


class ChosenOut(BaseModel):
    """A run's model on *choose*, and beside the first run's. `because` says why there is no gap."""

    evaluator: str
    metric: str
    items: str
    count: int
    base: float
    tuned: float
    gap: GapOut | None
    because: str | None


class BesideOut(BaseModel):
    id: RunId
    name: str
    status: JobStatus
    model_id: ModelId | None
    rows_a_step: int = Field(description="What a step learns from, on one device.")
    choose: ChosenOut | None = Field(description="Null where nothing was judged on *choose*.")


class PointsOut(BaseModel):
    steps: list[int]
    values: list[float]


class CurvesOut(BaseModel):
    """One figure of all runs; empty points where a run hasn't told it."""

    key: str
    runs: list[PointsOut]


class ComparisonOut(BaseModel):
    """Runs in the order in which they were named; lists by run have this order. *Prove* is no part
    of it: a run that is picked by it would flatter itself."""

    runs: list[BesideOut]
    settings: list[SettingOut]
    curves: list[CurvesOut]
