"""The same training in less memory: batches halved, and what they teach unchanged.

Where a loss is a mean over rows, half a batch twice, gradients added, is the batch. Where rows
compete within a batch, the batch must stay whole, and is read in chunks instead.
Source: Gao et al. 2021, arXiv 2101.06983 (gradient caching).
"""

from backend.catalog.losses import LOSSES
from backend.recipes.losses import innermost
from backend.recipes.schemas import LossUse, Recipe

CHUNK = "mini_batch_size"


def smaller(recipe: Recipe, halvings: int) -> Recipe | None:
    """The recipe with what is in memory at once halved so many times; None where that would
    teach something else, or there is nothing left to halve."""
    if halvings == 0:
        return recipe
    uses = [recipe.loss_of(use) for use in recipe.datasets]
    if all(LOSSES[innermost(use).name].by_row for use in uses):
        return _accumulated(recipe, 2**halvings)
    losses = [_chunked(use, recipe.arguments.per_device_train_batch_size, halvings) for use in uses]
    datasets = []
    for use, loss in zip(recipe.datasets, losses, strict=True):
        if loss is None:
            return None
        datasets.append(use.model_copy(update={"loss": loss}))
    return recipe.model_copy(update={"datasets": datasets})


def _accumulated(recipe: Recipe, parts: int) -> Recipe | None:
    asked = recipe.arguments
    if asked.per_device_train_batch_size % parts:
        return None
    arguments = asked.model_copy(
        update={
            "per_device_train_batch_size": asked.per_device_train_batch_size // parts,
            "gradient_accumulation_steps": asked.gradient_accumulation_steps * parts,
        }
    )
    return recipe.model_copy(update={"arguments": arguments})


def _chunked(use: LossUse, batch_size: int, halvings: int) -> LossUse | None:
    if use.inner is not None:
        inner = _chunked(use.inner, batch_size, halvings)
        return use.model_copy(update={"inner": inner}) if inner else None
    row = LOSSES[use.name]
    if row.chunked is None:
        return None
    parameter = LOSSES[row.chunked].parameter(CHUNK)
    asked = use.parameters.get(CHUNK) or (parameter.default if parameter else None)
    at_once = min(int(str(asked)), batch_size) if row.chunked == row.name else batch_size
    chunk = at_once // 2**halvings
    if chunk < 1:
        return None
    return LossUse(name=row.chunked, parameters={**use.parameters, CHUNK: chunk})
