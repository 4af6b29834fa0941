"""A verdict and what it rests on, as they leave."""

from enum import StrEnum

from pydantic import BaseModel, Field


class Word(StrEnum):
    """The verdict in one word."""

    BETTER = "better"
    WORSE = "worse"
    UNSURE = "unsure"


class Verdict(BaseModel):
    """Base against tuned model on *prove*, by the primary metric.

    `ci95` is the paired bootstrap interval of the difference, over items (questions, pairs), not
    over seeds: it speaks of this model, not of this recipe.
    """

    metric: str
    evaluator: str
    items: str = Field(description="What was judged: questions, pairs or triplets.")
    queries: int = Field(description="How many were judged.")
    before: float
    after: float
    difference: float
    ci95: tuple[float, float]
    word: Word
    more_needed: int | None = Field(None, description="About so many more items would settle it.")
    sentence: str = Field(description="The verdict as a person would say it.")


class Tails(BaseModel):
    """The drawn differences' tails: what is needed to ask more of them than 95 %, later.

    `bounds[m − 1]` is the interval at the level 1 − 0.05/m; `p_value` is two-sided, and never less
    than what so many draws can tell.
    """

    p_value: float
    bounds: list[tuple[float, float]]


class Served(BaseModel):
    """What was found when a saved model was loaded by a process of its own, as a stranger would,
    and embedded some texts again: how far the vectors were apart, and the metric, before and after.
    """

    texts: int
    largest_gap: float = Field(description="The largest difference of any number in any vector.")
    metric: str | None = None
    measured: float | None = None
    again: float | None = None
    is_same: bool
    sentence: str = Field(description="The outcome as a person would say it.")
