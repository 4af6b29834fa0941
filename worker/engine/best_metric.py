"""Is there a metric of the name by which the best checkpoint is to be chosen?"""

from typing import TYPE_CHECKING

from transformers import EarlyStoppingCallback, SchedulerType
from transformers.trainer_utils import SaveStrategy

from worker.engine import judging

if TYPE_CHECKING:
    from worker.engine.trainer import SentenceTransformerTrainer

BY_METRIC = (SchedulerType.REDUCE_ON_PLATEAU, SchedulerType.GREEDY)
"""Schedules of the learning rate that go by the metric."""


def check(trainer: "SentenceTransformerTrainer") -> None:
    """Raise ValueError, with the names that there are, if no evaluation gives that metric.

    An evaluator's names are known once it has run; so that no hour is lost, it then runs once
    before the first step.
    """
    wanted = trainer.args.metric_for_best_model
    if wanted is None or not _is_needed(trainer):
        return
    key = wanted if wanted.startswith("eval_") else f"eval_{wanted}"
    found = _of_datasets(trainer)
    evaluator = trainer.evaluator
    if key in found or (evaluator and key == f"eval_{evaluator.primary_metric}"):
        return
    if evaluator is not None:
        found += judging.prefixed(judging.judge(trainer, evaluator, writes=False), "eval")
    if key not in found:
        raise ValueError(
            f"metric_for_best_model is {wanted!r}, but an evaluation of this training gives "
            f"{', '.join(sorted(found)) or 'nothing'}. Name one of these."
        )


def _is_needed(trainer: "SentenceTransformerTrainer") -> bool:
    args = trainer.args
    if args.eval_strategy == "no":
        return False
    stops = any(isinstance(c, EarlyStoppingCallback) for c in trainer.callback_handler.callbacks)
    keeps_best = args.load_best_model_at_end or args.save_strategy == SaveStrategy.BEST
    return stops or keeps_best or args.lr_scheduler_type in BY_METRIC


def _of_datasets(trainer: "SentenceTransformerTrainer") -> list[str]:
    data = trainer.eval_dataset
    if isinstance(data, dict):
        return [f"eval_{name}_loss" for name in data]
    return [] if data is None else ["eval_loss"]
