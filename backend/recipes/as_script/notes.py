"""What a script says of itself: what is the same, and what the library has no counterpart of."""

import textwrap
from collections.abc import Iterator

from backend.problems import Pointer
from backend.recipes.as_script import arguments
from backend.recipes.as_script.evaluators import Measures
from backend.recipes.losses import layers, models_named
from backend.recipes.schemas import Recipe

WIDTH = 96


def notes(recipe: Recipe, measured: Measures, halvings: int) -> list[str]:
    """Paragraphs, each broken into lines that are indented but for the first."""
    said = _said(recipe, measured, halvings)
    return [textwrap.fill(note, WIDTH, subsequent_indent="  ") for note in said]


def _said(recipe: Recipe, measured: Measures, halvings: int) -> Iterator[str]:
    yield (
        "Rows, order of batches, losses, arguments and seed are the studio's, on one device. Without "
        "dropout the loss of each step is the studio's within 1e-4; with dropout the two drop other "
        "neurons, so that their curves agree on the whole and not in every step."
    )
    for name in measured.missing:
        yield f"{name}, as it is used here, has no counterpart in the library and is left out."
    if recipe.evaluators and not measured.chooses:
        yield (
            "No checkpoint is chosen: the model is what the last step left, where the studio took "
            "the best."
        )
    if arguments.has_weights(recipe):
        weights = ", ".join(f"{use.weight:g}" for use in recipe.datasets)
        yield (
            f"The datasets' weights ({weights}) have no counterpart in the library: they take turns "
            "in proportion to their batches."
        )
    if halvings:
        yield (
            f"The studio halved {halvings}× what it reads at a time, for want of memory; what a step "
            "learns stayed the same. Where it doesn't fit here, the Cached… losses with a small "
            "mini_batch_size read less at a time."
        )
    if "AdaptiveLayerLoss" in _loss_names(recipe):
        yield "Which layers a step looks at is drawn by chance, here otherwise than in the studio."
    for name in sorted(name for name in models_named(recipe) if name.startswith("mdl_")):
        yield f"{name} is a model of your studio: unpack its archive beside this file."


def _loss_names(recipe: Recipe) -> set[str]:
    uses = [recipe.loss_of(use) for use in recipe.datasets]
    return {layer.use.name for use in uses for layer in layers(use, Pointer(""))}
