"""What is wrong with a recipe's adapter, and what is worth a thought. Pure."""

from collections.abc import Iterator
from typing import Any

from backend.problems import Fix, Pointer, Problem, add, remove
from backend.recipes.losses import dimensions
from backend.recipes.schemas import Lora, Recipe

AT = Pointer("/lora")
RATE_AT = Pointer("/arguments/learning_rate")

SMALL_RATE = 1e-4
USUAL_RATE = 2e-4
"""An adapter begins at nothing and is a hundredth of the weights: it needs steps about ten times as
large. Source: Schulman et al. 2025, "LoRA Without Regret"."""


def lora_problems(recipe: Recipe) -> Iterator[Problem]:
    """Of a rank that the model's own layers don't have, where its size is known."""
    width = dimensions(recipe)
    if recipe.lora is None or width is None or recipe.lora.rank <= width:
        return
    usual = Lora().rank
    yield Problem(
        code="rank_too_large",
        title="The adapter's rank is larger than the model",
        detail=f"Rank {recipe.lora.rank:,} is more than the {width:,} dimensions of "
        f"{recipe.base_model}: the adapter would have more weights than what it changes. Ranks of 8 "
        "to 64 are usual.",
        at=AT / "rank",
        fixes=(
            Fix(label=f"Use rank {usual}", patch=(add(AT / "rank", usual),)),
            Fix(label="Train all weights", patch=(remove(AT),)),
        ),
    )


def lora_advice(recipe: Recipe) -> Iterator[Problem]:
    """A learning rate that is usual for all weights moves an adapter hardly at all."""
    rate = recipe.arguments.learning_rate
    if recipe.lora is None or rate >= SMALL_RATE:
        return
    yield Problem(
        code="small_rate_for_lora",
        title="The learning rate is small for LoRA",
        detail=f"{rate:g} suits a training of all weights. An adapter usually needs about "
        f"{USUAL_RATE:g}; with less it hardly learns.",
        at=RATE_AT,
        fixes=(Fix(label=f"Use {USUAL_RATE:g}", patch=(_usual(recipe),)),),
    )


def _usual(recipe: Recipe) -> dict[str, Any]:
    if "arguments" in recipe.model_fields_set:
        return add(RATE_AT, USUAL_RATE)
    return add(Pointer("/arguments"), {"learning_rate": USUAL_RATE})
