"""What all evaluators share: they take a model and give metrics by name."""

import csv
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from worker.engine.evaluation.outcome import Outcome
from worker.engine.model import SentenceTransformer


class Evaluator(ABC):
    """Judges a model. `primary_metric` is known once it has run; higher is always better."""

    greater_is_better: ClassVar[bool] = True
    primary_metric: str | None = None
    name: str = ""

    @abstractmethod
    def __call__(
        self,
        model: SentenceTransformer,
        output_path: str | None = None,
        epoch: float = -1,
        steps: int = -1,
    ) -> dict[str, float]:
        """The metrics by name; with `output_path`, also as a line of a CSV file in that folder."""

    @property
    def description(self) -> str:
        """What it is, in words: InformationRetrievalEvaluator → Information Retrieval."""
        plain = type(self).__name__.removesuffix("Evaluator")
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)

    def get_config_dict(self) -> dict[str, Any]:
        """The settings that change what is measured, for the model card."""
        return {}


class ItemEvaluator(Evaluator):
    """An evaluator that knows, for each item it judged, what its main metric is made of."""

    csv_file: str
    write_csv: bool

    @abstractmethod
    def measure(self, model: SentenceTransformer) -> Outcome:
        """Judge `model`; metric names start with `name` where one was given."""

    @abstractmethod
    def csv_columns(self, functions: Sequence[str]) -> list[tuple[str, str]]:
        """(heading, metric without the evaluator's name) for these similarity functions."""

    @abstractmethod
    def functions(self, model: SentenceTransformer) -> list[str]:
        """The similarity functions, by name, that are used on `model`."""

    def __call__(
        self,
        model: SentenceTransformer,
        output_path: str | None = None,
        epoch: float = -1,
        steps: int = -1,
    ) -> dict[str, float]:
        outcome = self.measure(model)
        self.primary_metric = outcome.primary_metric
        if output_path is not None and self.write_csv:
            columns = self.csv_columns(self.functions(model))
            values = {head: outcome.metrics[self.prefixed(key)] for head, key in columns}
            append_row(Path(output_path, self.csv_file), {"epoch": epoch, "steps": steps} | values)
        model.model_card_data.remember_evaluation(self, outcome.metrics, epoch, steps)
        return outcome.metrics

    def prefixed(self, metric: str) -> str:
        return f"{self.name}_{metric}" if self.name else metric

    def named(self, metrics: dict[str, float]) -> dict[str, float]:
        """Metrics as plain floats, under names that start with the evaluator's."""
        return {self.prefixed(key): float(value) for key, value in metrics.items()}


def append_row(path: Path, row: dict[str, float]) -> None:
    """Add `row` to the CSV file `path`, which starts with a line of headings."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.is_file()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, row)
        if is_new:
            writer.writeheader()
        writer.writerow(row)


def check_lengths(**columns: Sequence[Any]) -> None:
    """Raise ValueError, naming the columns, if they aren't equally long."""
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {n}" for name, n in lengths.items())
        raise ValueError(f"These belong together row by row, but {told}.")
