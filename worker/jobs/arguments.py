"""From a recipe's arguments to the trainer's."""

import os
from functools import partial
from pathlib import Path
from typing import Any

import torch

from backend.catalog.columns import input_name
from backend.recipes.losses import sampler_of
from backend.recipes.often import KEPT_CHECKPOINTS, LINES_A_TRAINING, TIMES_A_TRAINING
from backend.recipes.schemas import AS_THE_TRAINER_HAS_THEM, DatasetUse, Recipe
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.samplers.weighted import WeightedBatchSampler


def training_arguments(
    recipe: Recipe, checkpoints: Path, chosen_by: str | None
) -> SentenceTransformerTrainingArguments:
    """The trainer's arguments. `chosen_by` is the metric by which the best checkpoint becomes the
    model; None where there is nothing to choose by.
    """
    asked = recipe.arguments
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
        batch_sampler=_samplers(recipe),
        multi_dataset_batch_sampler=_turns(recipe),
        prompts=_prompts(recipe),
        seed=recipe.seed,
        logging_steps=asked.logging_steps or 1 / LINES_A_TRAINING,
        logging_first_step=True,
        logging_nan_inf_filter=False,  # a loss that is no number must be seen
        save_strategy="steps",
        save_steps=every if chosen_by else asked.save_steps or every,
        save_total_limit=KEPT_CHECKPOINTS,
        dataloader_pin_memory=torch.cuda.is_available(),
        tf32=asked.tf32 or None,  # unsaid, torch's own setting stays
        use_cpu=_is_together_without_gpu(),
        report_to="none",
        disable_tqdm=True,
        **asked.model_dump(include=AS_THE_TRAINER_HAS_THEM | {"warmup_ratio"}),
        **best,
    )


def _is_together_without_gpu() -> bool:
    """Where several processes share the processor, `transformers` must be told that it is meant."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1 and not torch.cuda.is_available()


def _samplers(recipe: Recipe) -> str | dict[str, str]:
    """The sampler that is asked for, else the one that suits the loss; by dataset where the losses
    of several want different ones."""
    asked = recipe.arguments.batch_sampler
    names = zip(recipe.dataset_names, recipe.datasets, strict=True)
    suited = {name: asked or sampler_of(recipe.loss_of(use)) for name, use in names}
    distinct = set(suited.values())
    return distinct.pop() if len(distinct) == 1 else suited


def _turns(recipe: Recipe) -> Any:
    """How several datasets take turns: by a name, or by weights where they differ."""
    weights = [use.weight for use in recipe.datasets]
    if len(set(weights)) == 1:
        return recipe.arguments.multi_dataset_batch_sampler
    return partial(WeightedBatchSampler, weights=weights)


def prompts_of(use: DatasetUse) -> dict[str, str]:
    """The prompts of a dataset, by the names that its columns have in training."""
    return {input_name(column): prompt for column, prompt in use.prompts.items()}


def _prompts(recipe: Recipe) -> dict[str, Any] | None:
    """What is put before texts: by column, of several datasets by dataset and column."""
    by_dataset = {
        name: prompts_of(use)
        for name, use in zip(recipe.dataset_names, recipe.datasets, strict=True)
        if use.prompts
    }
    if len(recipe.datasets) == 1:
        return next(iter(by_dataset.values()), None)
    return by_dataset or None
