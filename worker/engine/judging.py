"""The evaluator within a training: once an evaluation, whatever number of datasets that has."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from accelerate.utils import broadcast_object_list

from worker.engine.evaluation import BaseEvaluator, SequentialEvaluator

if TYPE_CHECKING:
    from worker.engine.trainer import SentenceTransformerTrainer


def one(evaluator: BaseEvaluator | Sequence[BaseEvaluator] | None) -> BaseEvaluator | None:
    """Several evaluators as one that runs them in order."""
    is_several = isinstance(evaluator, Sequence) and not isinstance(evaluator, BaseEvaluator)
    return SequentialEvaluator(evaluator) if is_several else evaluator  # type: ignore[arg-type, return-value]  # narrowed by is_several


class Turn:
    """Whose turn it is: the first dataset of an evaluation brings the evaluator's metrics."""

    def __init__(self) -> None:
        self._prefix: str | None = None  # empty once it was taken

    @contextmanager
    def of(self, prefix: str) -> Iterator[None]:
        """An evaluation; one within another (of one dataset of several) belongs to the outer."""
        is_outer = self._prefix is None
        if is_outer:
            self._prefix = prefix
        try:
            yield
        finally:
            if is_outer:
                self._prefix = None

    def take(self) -> str | None:
        """The prefix of the metrics that are due; None where none are."""
        prefix, self._prefix = self._prefix, ""
        return prefix or None


def found(trainer: "SentenceTransformerTrainer", prefix: str) -> dict[str, float]:
    """What an evaluation of one dataset gives beside its loss: the parts, and metrics if due."""
    parts = trainer.evaluation_log.means()
    metrics = {f"{prefix}_{name}": value for name, value in parts.items()}
    due = trainer.turn.take()
    if trainer.evaluator is not None and due is not None:
        metrics |= prefixed(judge(trainer, trainer.evaluator), due)
    return metrics


def judge(
    trainer: "SentenceTransformerTrainer", evaluator: BaseEvaluator, *, writes: bool = True
) -> dict[str, float]:
    """The evaluator's metrics, measured by the first process and told to all.

    Where each process holds a part of the weights (FSDP), all measure together. Only the first
    writes files.
    """
    told: list[dict[str, float]] = [{}]
    is_first = trainer.is_world_process_zero()
    if is_first or trainer.is_fsdp_enabled:
        folder = trainer.run_folder / "eval"
        place = str(folder) if is_first and writes else None
        state = trainer.state
        given = evaluator(trainer.model, place, state.epoch or 0, state.global_step)
        told = [given if isinstance(given, dict) else {"evaluator": given}]
    if trainer.args.world_size > 1:
        broadcast_object_list(told)
    return told[0]


def prefixed(metrics: dict[str, float], prefix: str) -> dict[str, float]:
    """Metrics named `{prefix}_{metric}`; what is named so already stays."""
    start = f"{prefix}_"
    return {k if k.startswith(start) else start + k: v for k, v in metrics.items()}
