"""Evaluating while a model learns, and keeping the best."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from worker.engine.model import SentenceTransformer

log = logging.getLogger(__name__)

Evaluate: TypeAlias = Callable[..., float | Mapping[str, float]]
Tell: TypeAlias = Callable[[float, float, int], None]


class Watch:
    """Evaluates a model and saves it into `output_path` whenever it is better than before.

    The evaluator's files go to `output_path`/eval; `callback` is told score, epoch and steps.
    Without an evaluator nothing is watched, and the model is saved once, at the end.
    """

    def __init__(
        self,
        model: "SentenceTransformer",
        evaluator: Evaluate | None,
        output_path: str | None,
        save_best_model: bool,
        callback: Tell | None,
    ) -> None:
        self.model = model
        self.evaluator = evaluator
        self.output_path = output_path
        self.save_best_model = save_best_model
        self.callback = callback
        self.best_score: float | None = None

    def look(self, epoch: float, steps: int) -> dict[str, float]:
        """The metrics by name; nothing without an evaluator."""
        if self.evaluator is None:
            return {}
        folder = None if self.output_path is None else Path(self.output_path, "eval")
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        found = self.evaluator(
            self.model, output_path=folder and str(folder), epoch=epoch, steps=steps
        )
        metrics = dict(found) if isinstance(found, Mapping) else {"evaluator": float(found)}
        name = getattr(self.evaluator, "primary_metric", None) or "evaluator"
        score = next((value for key, value in metrics.items() if key.endswith(name)), None)
        if score is None:
            log.warning(
                "%s gave no %r, so that no model is kept as the best; set its primary_metric.",
                type(self.evaluator).__name__, name,
            )  # fmt: skip
        else:
            self._note(score, epoch, steps)
        return metrics

    def _note(self, score: float, epoch: float, steps: int) -> None:
        if self.callback is not None:
            self.callback(score, epoch, steps)
        if self._is_best(score):
            self.best_score = score
            if self.output_path is not None and self.save_best_model:
                self.model.save_pretrained(self.output_path)

    def _is_best(self, score: float) -> bool:
        if self.best_score is None:
            return True
        if getattr(self.evaluator, "greater_is_better", True):
            return score > self.best_score
        return score < self.best_score

    def end(self) -> None:
        """Save the model as it is now, unless the best was kept all along."""
        if self.evaluator is None and self.output_path is not None:
            self.model.save_pretrained(self.output_path)
