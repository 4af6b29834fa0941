"""What a row of the catalogue looks like. Rows are data: everything else reads them."""

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias


class Label(StrEnum):
    """The kinds of answer a row of data may carry beside its texts."""

    NONE = "none"
    BINARY = "binary"
    CLASS = "class"
    PROBABILITIES = "class probabilities"
    SCORE = "score"
    SCORES = "list of scores"
    EMBEDDING = "embedding"
    EMBEDDINGS = "embedding per text"


@dataclass(frozen=True, kw_only=True)
class Accepts:
    """One form that a loss or an evaluator takes: so many texts, and a label of this kind.

    `inputs` names the texts' parts in their order; with `repeats`, the last may come any number of
    times from one on. `between` bounds a score: a loss that compares cosines with it needs −1…1.
    `widths` says how many numbers a label that is a list may have, less the number of texts: −1 is
    one for each text but the first. Empty: any number.
    """

    inputs: tuple[str, ...]
    label: Label = Label.NONE
    repeats: bool = False
    between: tuple[float, float] | None = None
    widths: tuple[int, ...] = ()

    def takes(self, count: int, width: int | None = None) -> bool:
        """Whether `count` texts will do, and a label of `width` numbers if it is a list."""
        if width is not None and self.widths and width - count not in self.widths:
            return False
        return count >= len(self.inputs) if self.repeats else count == len(self.inputs)

    @property
    def in_words(self) -> str:
        parts = [*self.inputs, "…"] if self.repeats else list(self.inputs)
        label = [] if self.label is Label.NONE else [self.label.value]
        return f"({', '.join(parts + label)})"


Value: TypeAlias = bool | int | float | str | None


class Kind(StrEnum):
    """What a value of a parameter is."""

    FLAG = "true or false"
    WHOLE = "a whole number"
    NUMBER = "a number"
    TEXT = "a text"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A setting of a loss, with the range that it may have; of a list, the range of each value.

    `default` tells what it is: 5 a whole number, 5.0 any number, a tuple a list. Where it is None,
    `of` and `is_list` do. A `required` one has no default: this is then a value to begin with.
    `is_dimensions`: no value may be above the number of dimensions that the base model has.
    `is_label_width`: left out, it is as many as the label's lists have, where the model has not
    as many dimensions.
    """

    name: str
    default: Value | tuple[Value, ...]
    help: str
    above: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    choices: tuple[str, ...] = ()
    or_none: bool = False
    of: Kind | None = None
    is_list: bool = False
    required: bool = False
    is_dimensions: bool = False
    is_label_width: bool = False

    @property
    def is_many(self) -> bool:
        return self.is_list or isinstance(self.default, tuple)

    @property
    def kind(self) -> Kind:
        """What one value is."""
        first = next(iter(self.default), None) if isinstance(self.default, tuple) else self.default
        if self.of is not None or first is None:
            return self.of or Kind.TEXT
        kinds = {bool: Kind.FLAG, int: Kind.WHOLE, float: Kind.NUMBER, str: Kind.TEXT}
        return kinds[type(first)]

    def complaint(self, value: object) -> str | None:
        """Why `value` can't be this parameter, in words; None if it can."""
        if value is None:
            return None if self.or_none or self.default is None else "needs a value"
        if not self.is_many:
            return self._complaint_of_one(value)
        values = value if isinstance(value, list | tuple) else (value,)
        if not values:
            return "needs at least one value"
        return next((why for one in values if (why := self._complaint_of_one(one))), None)

    def _complaint_of_one(self, value: object) -> str | None:
        if self.choices:
            known = ", ".join(self.choices)
            if isinstance(value, list | tuple):
                return f"is one of {known}, not a list"
            return None if value in self.choices else f"is one of {known}, not {value!r}"
        match self.kind:
            case Kind.FLAG:
                return None if isinstance(value, bool) else f"is true or false, not {value!r}"
            case Kind.TEXT:
                return None if isinstance(value, str) else f"is a text, not {value!r}"
            case _:
                return self._number_complaint(value)

    def _number_complaint(self, value: object) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"is {self.kind}, not {value!r}"
        if not math.isfinite(value):
            return f"is a number that has an end, not {value!r}"
        if self.kind is Kind.WHOLE and value != int(value):
            return f"is a whole number, not {value!r}"
        if self.above is not None and not value > self.above:
            return f"must be above {self.above:g}, and is {value:g}"
        if self.at_least is not None and not value >= self.at_least:
            return f"must be at least {self.at_least:g}, and is {value:g}"
        if self.at_most is not None and not value <= self.at_most:
            return f"must be at most {self.at_most:g}, and is {value:g}"
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
    wraps: bool = False
    """Takes another loss as its `loss`, and accepts what that one accepts."""
    models: dict[str, str] = field(default_factory=dict)
    """Constructor arguments that are models (a guide, a teacher), each with what it is for."""
    networks: int = 1
    """How many networks of the base model's size learn: two where a decoder or a second copy does."""
    in_chunks: bool = False
    """Whether a batch is read a few texts at a time, and most of them a second time."""
    is_proposed: bool = True
    """Whether it may be recommended to a person who has no opinion yet. One that learns from texts
    alone, or only tempers another, is chosen by people who know why."""

    @property
    def is_whole(self) -> bool:
        """Nothing is missing that a person must give first: another loss, a model, a value."""
        return not (self.wraps or self.models or any(p.required for p in self.parameters))

    def fitting(
        self, count: int, labels: frozenset[Label], width: int | None = None
    ) -> Accepts | None:
        """The first form that takes `count` texts and one of these kinds of label, of this width
        where it is a list."""
        return _fitting(self.accepts, count, labels, width)

    def parameter(self, name: str) -> Parameter | None:
        return next((p for p in self.parameters if p.name == name), None)


def _fitting(
    forms: tuple[Accepts, ...], count: int, labels: frozenset[Label], width: int | None
) -> Accepts | None:
    return next((a for a in forms if a.takes(count, width) and a.label in labels), None)


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
    filled: dict[str, str] = field(default_factory=dict)
    """Constructor arguments that other rows of the data fill, each with where it comes from."""
    only_beside: str | None = None
    """Why it never gives the verdict, in one sentence; None where it can."""
    of_loss: str | None = None
    """The loss whose own weights it measures, where it measures those: without a training there
    are none."""
    needs_data: bool = True
    """Whether it measures with a person's rows. One that brings its own is measured before the
    training and after it, and never chooses."""
    figures: str = ""
    """What its figures' names begin with, where another's would have the same."""
    whole_only: str | None = None
    """Why it can't measure vectors that were cut or stored in fewer bits, in one sentence; None
    where it can."""
    reads_training: bool = False
    """Whether it reads the rows that are learned from, too."""
    own_texts: int = 0
    """Of one that brings its own data: how many texts each of its sets has."""
    own_tokens: int = 0
    """How many tokens such a text has."""
    searches: bool = False
    """Whether the first text of an item is what one searches with, and the others what is found."""

    def fitting(
        self, count: int, labels: frozenset[Label], width: int | None = None
    ) -> Accepts | None:
        return _fitting(self.accepts, count, labels, width)


@dataclass(frozen=True, kw_only=True)
class SamplerRow:
    """A way to put rows into batches. `needs_classes`: only rows with a class label can be."""

    name: str
    purpose: str
    source: str
    needs_classes: bool = False


@dataclass(frozen=True, kw_only=True)
class BaseModelRow:
    """A model to start from. `package` is a Python package that carries it, for use offline.

    `layers` tell how much work a text is. `after_nli` is for models that have learned language and
    not yet what is alike: their mean score over 14 tasks after one epoch of 560,000 NLI triplets in
    batches of 64, as the documentation of Sentence Transformers has it; None for models that are
    ready to use. A licence that its page does not name is "not stated".
    """

    name: str
    purpose: str
    parameters_millions: float
    dimensions: int
    max_tokens: int
    languages: str
    licence: str
    layers: int
    after_nli: float | None = None
    package: str | None = None
    package_folder: str = "model"

    @property
    def work(self) -> float:
        """Of a text, beside that of six layers of 384 dimensions."""
        return self.layers * self.dimensions**2 / (6 * 384**2)


@dataclass(frozen=True, kw_only=True)
class GoalRow:
    """What somebody wants, and what serves it: losses, measures and a base model, the first that
    fits being proposed. `needs` says which columns, in plain words."""

    name: str
    title: str
    example: tuple[str, str]
    needs: str
    losses: tuple[str, ...]
    evaluators: tuple[str, ...]
    base_model: str


@dataclass(frozen=True, kw_only=True)
class PresetRow:
    """Settings with a name; `patch` is a JSON merge patch of a recipe."""

    name: str
    title: str
    purpose: str
    patch: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class TermRow:
    """A word of the field, and what it means in plain words."""

    name: str
    says: str
