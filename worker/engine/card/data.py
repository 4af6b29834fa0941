"""The facts of a model card, recorded while they arise. No row of anybody's data is among them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol


class Judge(Protocol):
    """What the card wants to know of an evaluator."""

    name: str
    primary_metric: str | None

    @property
    def description(self) -> str: ...


class Rows(Protocol):
    """What the card wants to know of a dataset: its size and the names of its columns."""

    @property
    def column_names(self) -> list[str]: ...

    def __len__(self) -> int: ...


class Settings(Protocol):
    """What the card wants to know of training arguments."""

    def changed(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Training:
    """A training as the card tells it."""

    loss: str
    loss_settings: Mapping[str, Any]
    citation: str
    rows: int
    columns: tuple[str, ...]
    arguments: Settings


@dataclass(frozen=True)
class Evaluation:
    """What one evaluator found last."""

    description: str
    name: str
    primary_metric: str
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class LogLine:
    epoch: float
    step: int
    values: Mapping[str, float]


@dataclass
class SentenceTransformerModelCardData:
    """What an author may say of a model, and what was recorded about it.

    `proof` is the comparison with the base model on data that no choice has seen: metric, before,
    after, difference, ci95 (low, high), queries, verdict; it heads the card.
    """

    language: str | list[str] | None = None
    license: str | None = None
    model_name: str | None = None
    model_id: str | None = None
    train_datasets: list[dict[str, str]] = field(default_factory=list)
    eval_datasets: list[dict[str, str]] = field(default_factory=list)
    task_name: str = (
        "semantic textual similarity, semantic search, paraphrase mining, text classification "
        "and clustering"
    )
    tags: list[str] = field(
        default_factory=lambda: [
            "sentence-transformers",
            "sentence-similarity",
            "feature-extraction",
            "dense",
        ]
    )
    local_files_only: bool = False
    generate_widget_examples: bool = False
    proof: dict[str, Any] | None = None

    base_model: str | None = field(default=None, init=False)
    base_revision: str | None = field(default=None, init=False)
    base_readme: str | None = field(default=None, init=False)
    training: Training | None = field(default=None, init=False)
    evaluations: dict[int, Evaluation] = field(default_factory=dict, init=False)
    log: list[LogLine] = field(default_factory=list, init=False)

    def remember_base(self, name: str, revision: str | None, readme: str | None) -> None:
        """Note where the model came from. A path of this machine is told by its last part only."""
        self.base_model = Path(name).name if Path(name).exists() else name
        self.base_revision = revision
        self.base_readme = readme

    def remember_training(self, loss: Any, rows: Rows | None, arguments: Settings) -> None:
        """Note what a training learns from: the loss, the number of rows, the columns' names."""
        self.training = Training(
            loss=type(loss).__name__,
            loss_settings=loss.get_config_dict() if hasattr(loss, "get_config_dict") else {},
            citation=getattr(loss, "citation", ""),
            rows=0 if rows is None else len(rows),
            columns=() if rows is None else tuple(rows.column_names),
            arguments=arguments,
        )

    def remember_log(self, epoch: float, step: int, values: Mapping[str, Any]) -> None:
        """Note the losses and metrics of one line of the training's log."""
        kept = {k: float(v) for k, v in values.items() if k == "loss" or k.endswith("_loss")}
        if kept:
            self._line(epoch, step, kept)

    def remember_evaluation(
        self, judge: Judge, metrics: Mapping[str, float], epoch: float, step: int
    ) -> None:
        """Note what an evaluator found; the last time it ran counts."""
        primary = judge.primary_metric or next(iter(metrics))
        self.evaluations[id(judge)] = Evaluation(
            judge.description, judge.name, primary, dict(metrics)
        )
        if step >= 0:
            self._line(epoch, step, {primary: metrics[primary]})

    def _line(self, epoch: float, step: int, values: Mapping[str, float]) -> None:
        if self.log and self.log[-1].step == step:
            values = {**self.log.pop().values, **values}
        self.log.append(LogLine(epoch, step, values))
