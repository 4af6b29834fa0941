"""From a recipe's arguments to the trainer's."""

from pathlib import Path
from typing import Any

import torch

from backend.catalog.losses import LOSSES
from backend.recipes.schemas import Recipe
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.jobs.ending import Refused

TIMES_A_TRAINING = 5
LINES_A_TRAINING = 200
KEPT_CHECKPOINTS = 2

AS_THEY_ARE = {
    "num_train_epochs",
    "per_device_train_batch_size",
    "per_device_eval_batch_size",
    "gradient_accumulation_steps",
    "learning_rate",
    "lr_scheduler_type",
    "warmup_ratio",
    "weight_decay",
    "max_grad_norm",
    "bf16",
    "fp16",
}
"""Arguments of a recipe that mean the same to the trainer."""


def training_arguments(
    recipe: Recipe, checkpoints: Path, chosen_by: str | None
) -> SentenceTransformerTrainingArguments:
    """The trainer's arguments. `chosen_by` is the metric by which the best checkpoint becomes the
    model; None where there is nothing to choose by.

    Raises Refused where this machine can't do what is asked.
    """
    asked = recipe.arguments
    if (asked.bf16 or asked.fp16) and not torch.cuda.is_available():
        raise Refused(
            "no_half_precision",
            "This worker can't train in half precision",
            "bf16 and fp16 need a GPU; on this processor they would be many times slower. "
            "Leave both out of the arguments.",
        )
    every = asked.eval_steps or 1 / TIMES_A_TRAINING
    best: dict[str, Any] = (
        {
            "eval_strategy": "steps",
            "eval_steps": every,
            "load_best_model_at_end": True,
            "metric_for_best_model": f"eval_{chosen_by}",
            "greater_is_better": True,
        }
        if chosen_by
        else {}
    )
    return SentenceTransformerTrainingArguments(
        output_dir=str(checkpoints),
        max_steps=asked.max_steps or -1,
        batch_sampler=asked.batch_sampler or LOSSES[recipe.loss.name].sampler,
        seed=recipe.seed,
        logging_steps=asked.logging_steps or 1 / LINES_A_TRAINING,
        logging_first_step=True,
        logging_nan_inf_filter=False,  # a loss that is no number must be seen
        save_strategy="steps",
        save_steps=every if chosen_by else asked.save_steps or every,
        save_total_limit=KEPT_CHECKPOINTS,
        dataloader_pin_memory=torch.cuda.is_available(),
        report_to="none",
        disable_tqdm=True,
        **asked.model_dump(include=AS_THEY_ARE),
        **best,
    )
