"""A verdict and what it rests on, as they leave."""

from enum import StrEnum

from pydantic import BaseModel, Field


class Word(StrEnum):
    """The verdict in one word."""

    BETTER = "better"
    WORSE = "worse"
    UNSURE = "unsure"


class GroupVerdict(BaseModel):
    """Base against tuned model on a part of the items, such as the short questions. `by` is what
    the items are grouped by. The interval is for all groups of all models at once."""

    by: str
    group: str
    queries: int
    before: float
    after: float
    difference: float
    ci95: tuple[float, float]
    word: Word
    more_needed: int | None = None


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
    detectable: float | None = Field(
        None, description="A true difference of this size is found four times in five."
    )
    models_judged: int = Field(
        1,
        description="How many models these items have judged. The interval is the wider for it, so "
        "that all of their verdicts are right at once, 95 times of 100 (Holm).",
    )
    groups: list[GroupVerdict] = Field(default_factory=list)
    sentence: str = Field(description="The verdict as a person would say it.")


class Tail(BaseModel):
    """What is needed to ask more of a comparison than 95 %, later: when its items have judged more
    models. `bounds[m − 1]` is the interval that leaves out 0.05/m; `error` the standard error."""

    p_value: float
    error: float
    bounds: list[tuple[float, float]]


class GroupTail(BaseModel):
    by: str
    group: str
    queries: int
    before: float
    after: float
    tail: Tail


class Tails(BaseModel):
    """Of the verdict as a whole, and of each group."""

    whole: Tail
    groups: list[GroupTail] = Field(default_factory=list)


class Served(BaseModel):
    """What was found when a saved model was loaded by a process of its own, as a stranger would,
    and embedded some texts again: how far the vectors were apart, and the metric, before and after.
    """

    texts: int
    largest_gap: float | None = Field(
        description="The largest difference of any number in any vector; null where there were none "
        "to compare."
    )
    metric: str | None = None
    measured: float | None = None
    again: float | None = None
    is_same: bool
    sentence: str = Field(description="The outcome as a person would say it.")


class GuardedSet(BaseModel):
    """Base against another model on a general set. The interval is for all sets at once (Holm)."""

    name: str
    title: str
    metric: str
    items: str
    queries: int
    before: float
    after: float
    difference: float
    ci95: tuple[float, float]
    word: Word


class GuardOut(BaseModel):
    """What was kept of other fields, and what was lost; `missing` sets could not be had."""

    sets: list[GuardedSet]
    missing: list[str] = Field(default_factory=list)
    sentence: str
