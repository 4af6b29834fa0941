"""Figures of a run as they leave."""

from pydantic import BaseModel, Field

from backend.runs.metrics import Drawn


class CurveOut(BaseModel):
    """One figure: `values[i]` at `steps[i]`, which rise. `points` is how many there are in these
    steps; where that is more than are here, the curve was thinned."""

    key: str
    steps: list[int]
    values: list[float]
    points: int

    @classmethod
    def of(cls, drawn: Drawn) -> "CurveOut":
        found = drawn.curve
        return cls(key=found.key, steps=found.steps, values=found.values, points=drawn.points)


class MetricsOut(BaseModel):
    """`last_seq` is the number of the run's last event: follow its events from there."""

    items: list[CurveOut]
    keys: list[str] = Field(description="All figures that this run has told so far.")
    last_seq: int
    is_ended: bool
