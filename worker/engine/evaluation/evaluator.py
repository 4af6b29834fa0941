"""What every evaluator is, a person's own too: called with a model, it gives metrics by name."""

import re
from collections.abc import Mapping
from typing import Any


class BaseEvaluator:
    """Judges a model. A subclass defines `__call__`, and sets `primary_metric` if it gives several.

    `greater_is_better` says how the metric by which a training keeps its best model is read.
    `name` starts the names of metrics and files where several evaluators run side by side.
    """

    greater_is_better: bool = True
    primary_metric: str | None = None
    name: str = ""

    def __init__(self) -> None:
        self.greater_is_better = True
        self.primary_metric = None

    def __call__(
        self, model: Any, output_path: str | None = None, epoch: float = -1, steps: int = -1
    ) -> float | dict[str, float]:
        """One number, or numbers by name; files go to `output_path`.

        `epoch` and `steps` say when in a training this is; −1 is afterwards, or at an epoch's end.
        """
        raise NotImplementedError(f"{type(self).__name__} has to define __call__.")

    def prefix_name_to_metrics(self, metrics: Mapping[str, Any], name: str) -> dict[str, Any]:
        """Metrics as plain floats, named `{name}_{metric}`; `primary_metric` is renamed too."""
        start = f"{name}_" if name else ""
        if self.primary_metric is not None and not self.primary_metric.startswith(start):
            self.primary_metric = start + self.primary_metric
        return {start + key: _plain(value) for key, value in metrics.items()}

    def store_metrics_in_model_card_data(
        self, model: Any, metrics: Mapping[str, Any], epoch: float = 0, step: int = 0
    ) -> None:
        """Let the model's card tell `metrics`; nothing where the model has no card of ours."""
        card = getattr(model, "model_card_data", None)
        if card is not None and hasattr(card, "remember_evaluation"):
            card.remember_evaluation(self, metrics, epoch, step)

    @property
    def description(self) -> str:
        """What it is, in words: InformationRetrievalEvaluator → Information Retrieval."""
        plain = type(self).__name__.split("Evaluator")[0]
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)

    def get_config_dict(self) -> dict[str, Any]:
        """The settings that change what is measured, for the model card."""
        return {}


SentenceEvaluator = BaseEvaluator
"""Its name in releases before 4.0."""


def _plain(value: Any) -> Any:
    try:
        return float(value)
    except ValueError:  # a metric may be a word
        return value
