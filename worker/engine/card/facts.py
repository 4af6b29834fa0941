"""What a model card tells of a training, as values. No row of anybody's data is among them, but
for the examples that an author has allowed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Judge(Protocol):
    """What the card wants to know of an evaluator."""

    name: str
    primary_metric: str | None

    @property
    def description(self) -> str: ...


class Settings(Protocol):
    """What the card wants to know of training arguments."""

    def changed(self) -> dict[str, Any]: ...

    def to_dict(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class LossFacts:
    """A loss: its class, its settings as JSON values, and whom to cite for it."""

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    citation: str = ""


@dataclass(frozen=True)
class Column:
    """What the first rows of a column are like: its type, and its measures by name."""

    kind: str
    measures: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class DatasetFacts:
    """A dataset that was trained or judged on. `size` is None where nobody can count the rows."""

    name: str = ""
    id: str | None = None
    revision: str | None = None
    size: int | None = None
    columns: tuple[str, ...] = ()
    statistics: Mapping[str, Column] = field(default_factory=dict)
    loss: LossFacts | None = None
    examples: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Training:
    """A training: what it learnt from, what it was judged on, and its settings."""

    train: tuple[DatasetFacts, ...]
    evaluation: tuple[DatasetFacts, ...]
    losses: tuple[LossFacts, ...]
    arguments: Mapping[str, Any]
    changed: Mapping[str, Any]

    @property
    def rows(self) -> int:
        return sum(dataset.size or 0 for dataset in self.train)


@dataclass(frozen=True)
class Evaluation:
    """What one evaluator found last."""

    description: str
    name: str
    primary_metric: str | None
    metrics: Mapping[str, Any]
    evaluator: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    def bare(self) -> dict[str, Any]:
        """The metrics without the evaluator's name before them."""
        return {self.without_name(key): value for key, value in self.metrics.items()}

    def without_name(self, metric: str) -> str:
        return metric.removeprefix(f"{self.name}_") if self.name else metric


@dataclass(frozen=True)
class LogLine:
    """The losses and metrics of one step."""

    epoch: float
    step: int
    values: Mapping[str, float]
