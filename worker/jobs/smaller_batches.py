"""The same training in less memory: what is read at a time is halved, what is learned stays.

A batch keeps its size, for rows compete within it; the encoder reads it in chunks, and the gradient
is that of the whole. Source: Gao et al. 2021, arXiv 2101.06983 (gradient caching).
"""

from backend.recipes.schemas import Recipe


def chunk_of(recipe: Recipe, halvings: int) -> int | None:
    """How many rows of a batch are read at a time; None where there is nothing left to halve."""
    return (recipe.arguments.per_device_train_batch_size // 2**halvings) or None


def smaller(recipe: Recipe, halvings: int) -> Recipe:
    """The recipe with as many texts at a time as are read where nothing is learned."""
    at_once = max(recipe.arguments.per_device_eval_batch_size // 2**halvings, 1)
    arguments = recipe.arguments.model_copy(update={"per_device_eval_batch_size": at_once})
    return recipe.model_copy(update={"arguments": arguments})
