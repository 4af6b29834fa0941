"""The evaluators of the catalogue: they judge, write a line, and tell the model's card."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from worker.engine.evaluation.csv_file import append_line
from worker.engine.evaluation.embeddings import Embedder, encoder_of
from worker.engine.evaluation.evaluator import BaseEvaluator
from worker.engine.evaluation.outcome import Judgement, Outcome

log = logging.getLogger(__name__)


class MetricEvaluator(BaseEvaluator, ABC):
    """An evaluator whose judgement is made in `judge`, and told in the same way by all."""

    csv_file: str
    write_csv: bool = True
    batch_size: int = 32
    show_progress_bar: bool | None = False
    truncate_dim: int | None = None

    @abstractmethod
    def judge(self, model: Embedder) -> Judgement:
        """Judge `model`; metric names start with `name` where one was given."""

    def __call__(
        self, model: Embedder, output_path: str | None = None, epoch: float = -1, steps: int = -1
    ) -> dict[str, float]:
        """The metrics by name; with `output_path`, also as a line of `csv_file` in that folder."""
        return self.tell(model, self.judge(model), output_path, epoch, steps)

    def tell(
        self,
        model: Embedder,
        found: Judgement,
        output_path: str | None,
        epoch: float,
        steps: int,
    ) -> dict[str, float]:
        """Log, write and record what was found, and give the metrics."""
        self.primary_metric = found.primary_metric
        log.info("%s: %s %.4f", self.description, found.primary_metric, found.primary)
        if output_path is not None and self.write_csv:
            when = {"epoch": epoch, "steps": steps}
            append_line(Path(output_path, self.csv_file), when | dict(found.line))
        self.store_metrics_in_model_card_data(model, found.metrics, epoch, steps)
        return found.metrics

    def embed_inputs(
        self,
        model: Embedder,
        sentences: Sequence[str],
        encode_fn_name: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """The embeddings of `sentences`, N×D: a subclass may make them in another way.

        `encode_fn_name` is "query", "document" or None; `kwargs` go to the model's method.
        """
        options = {
            "batch_size": self.batch_size,
            "show_progress_bar": self.show_progress_bar,
            "truncate_dim": self.truncate_dim,
            "convert_to_tensor": True,
        }
        return encoder_of(model, encode_fn_name)(list(sentences), **options | kwargs)

    def get_config_dict(self) -> dict[str, Any]:
        return self.settings("truncate_dim")

    def settings(self, *names: str) -> dict[str, Any]:
        """Those of these attributes that were set."""
        values = {name: getattr(self, name) for name in names}
        return {name: value for name, value in values.items() if value is not None}

    def prefixed(self, metric: str) -> str:
        return f"{self.name}_{metric}" if self.name else metric

    def unprefixed(self, metric: str | None) -> str:
        """A metric's name without the evaluator's; empty for None."""
        return (metric or "").removeprefix(self.prefixed(""))

    def named(self, metrics: Mapping[str, float]) -> dict[str, float]:
        """Metrics as plain floats, under names that start with the evaluator's."""
        return {self.prefixed(key): float(value) for key, value in metrics.items()}


class ItemEvaluator(MetricEvaluator):
    """An evaluator that knows, for each item it judged, what its main metric is made of."""

    @abstractmethod
    def measure(self, model: Embedder) -> Outcome:
        """`judge`, with the items."""

    def judge(self, model: Embedder) -> Judgement:
        return self.measure(model)


def file_name(*parts: str) -> str:
    """Those parts that aren't empty, joined, as the name of a CSV file."""
    return "_".join(part for part in (*parts, "results.csv") if part)


def check_lengths(**columns: Sequence[Any]) -> None:
    """Raise ValueError, naming the columns, if they aren't equally long."""
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {n}" for name, n in lengths.items())
        raise ValueError(f"These belong together row by row, but {told}.")


def row_keys(count: int) -> list[str]:
    """Keys for items that are rows: their numbers."""
    return [str(row) for row in range(count)]
