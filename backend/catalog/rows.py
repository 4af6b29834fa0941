"""What a row of the catalogue looks like. Rows are data: everything else reads them."""

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


class Label(StrEnum):
    """The kinds of answer a row of data may carry beside its texts."""

    NONE = "none"
    BINARY = "binary"
    CLASS = "class"
    PROBABILITIES = "class probabilities"
    SCORE = "score"
    SCORES = "list of scores"
    EMBEDDING = "embedding"


@dataclass(frozen=True, kw_only=True)
class Accepts:
    """One form that a loss or an evaluator takes: so many texts, and a label of this kind.

    `inputs` names the texts' parts in their order; with `repeats`, the last may come any number of
    times from one on. `between` bounds a score: a loss that compares cosines with it needs −1…1.
    """

    inputs: tuple[str, ...]
    label: Label = Label.NONE
    repeats: bool = False
    between: tuple[float, float] | None = None

    def takes(self, count: int) -> bool:
        return count >= len(self.inputs) if self.repeats else count == len(self.inputs)

    @property
    def in_words(self) -> str:
        parts = [*self.inputs, "…"] if self.repeats else list(self.inputs)
        label = [] if self.label is Label.NONE else [self.label.value]
        return f"({', '.join(parts + label)})"


Value: TypeAlias = bool | int | float | str | None


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A setting of a loss, with the range that it may have. `default` also tells its type."""

    name: str
    default: Value | tuple[str, ...]
    help: str
    above: float | None = None
    at_least: float | None = None
    choices: tuple[str, ...] = ()
    or_none: bool = False

    def complaint(self, value: object) -> str | None:
        """Why `value` can't be this parameter, in words; None if it can."""
        if value is None:
            return None if self.or_none or self.default is None else "needs a value"
        if self.choices:
            return self._choice_complaint(value)
        if isinstance(self.default, bool):
            return None if isinstance(value, bool) else f"is true or false, not {value!r}"
        if isinstance(self.default, int | float):
            return self._number_complaint(value)
        return None

    def _choice_complaint(self, value: object) -> str | None:
        is_many = isinstance(value, list | tuple)
        if is_many and not isinstance(self.default, tuple):
            return f"is one of {', '.join(self.choices)}, not a list"
        values = value if isinstance(value, list | tuple) else (value,)
        wrong = [v for v in values if v not in self.choices]
        return f"is one of {', '.join(self.choices)}, not {wrong[0]!r}" if wrong else None

    def _number_complaint(self, value: object) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"is a number, not {value!r}"
        if not math.isfinite(value):
            return f"is a number that has an end, not {value!r}"
        if self.above is not None and not value > self.above:
            return f"must be above {self.above:g}, and is {value:g}"
        if self.at_least is not None and not value >= self.at_least:
            return f"must be at least {self.at_least:g}, and is {value:g}"
        return None


@dataclass(frozen=True, kw_only=True)
class LossRow:
    """A training goal: what it is for, what data it takes, what can be set."""

    name: str
    purpose: str
    accepts: tuple[Accepts, ...]
    source: str
    parameters: tuple[Parameter, ...] = ()
    sampler: str = "batch_sampler"
    in_batch_negatives: bool = False
    filled: dict[str, str] = field(default_factory=dict)
    """Constructor arguments that the data or the model fills, each with where it comes from."""

    def fitting(self, count: int, labels: frozenset[Label]) -> Accepts | None:
        """The first form that takes `count` texts and one of these kinds of label."""
        return next((a for a in self.accepts if a.takes(count) and a.label in labels), None)

    def parameter(self, name: str) -> Parameter | None:
        return next((p for p in self.parameters if p.name == name), None)


class Statistic(StrEnum):
    """How the figures of single items become the metric. A bootstrap resamples the items."""

    MEAN = "mean"
    SPEARMAN = "spearman"
    AVERAGE_PRECISION = "average_precision"


@dataclass(frozen=True, kw_only=True)
class EvaluatorRow:
    """A way to measure: what data it takes, which metric speaks for it, what its items are."""

    name: str
    purpose: str
    accepts: tuple[Accepts, ...]
    metric: str
    statistic: Statistic
    items: str
    source: str

    def fitting(self, count: int, labels: frozenset[Label]) -> Accepts | None:
        return next((a for a in self.accepts if a.takes(count) and a.label in labels), None)


@dataclass(frozen=True, kw_only=True)
class SamplerRow:
    """A way to put rows into batches."""

    name: str
    purpose: str
    source: str


@dataclass(frozen=True, kw_only=True)
class BaseModelRow:
    """A model to start from. `package` is a Python package that carries it, for use offline."""

    name: str
    purpose: str
    parameters_millions: float
    dimensions: int
    max_tokens: int
    languages: str
    licence: str
    package: str | None = None
    package_folder: str = "model"
