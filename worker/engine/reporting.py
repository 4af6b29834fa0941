"""What a training tells others: experiment trackers, and what is saved beside the model."""

import os
from typing import TYPE_CHECKING, Any

from transformers import PreTrainedTokenizerBase, TrainerCallback
from transformers.integrations.integration_utils import TrackioCallback, WandbCallback

from worker.engine.card import SentenceTransformerModelCardData

if TYPE_CHECKING:
    from worker.engine.trainer import SentenceTransformerTrainer

PROJECTS: dict[type[TrainerCallback], str] = {
    WandbCallback: "WANDB_PROJECT",
    TrackioCallback: "TRACKIO_PROJECT",
}
"""Trackers that file a run under a project, and the variable that names it."""


def name_projects(callbacks: list[TrainerCallback]) -> None:
    """Call the project "likewise" where the person has called it nothing."""
    for callback in callbacks:
        for kind, variable in PROJECTS.items():
            if isinstance(callback, kind):
                os.environ.setdefault(variable, "likewise")


def tokenizer_of(model: Any) -> PreTrainedTokenizerBase | None:
    """The model's tokenizer if it is one of `transformers`, for callbacks that ask for it."""
    tokenizer = getattr(model, "tokenizer", None)
    return tokenizer if isinstance(tokenizer, PreTrainedTokenizerBase) else None


def tell_card(
    trainer: "SentenceTransformerTrainer", card: SentenceTransformerModelCardData
) -> None:
    """Tell the model's card what it learns from, and the name that the Hub will know it by."""
    losses = trainer.loss
    card.remember_training(
        train=_by_name(trainer.train_dataset),
        evaluation=_by_name(trainer.eval_dataset),
        losses=losses if isinstance(losses, dict) else {"": losses},
        arguments=trainer.args,
    )
    if trainer.args.hub_model_id and not card.model_id:
        card.model_id = trainer.args.hub_model_id


def _by_name(data: Any) -> dict[str, Any]:
    if isinstance(data, dict):
        return dict(data)
    return {} if data is None else {"": data}
