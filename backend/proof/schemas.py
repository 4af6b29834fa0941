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
