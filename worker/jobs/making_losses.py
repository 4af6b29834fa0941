"""From a recipe's losses to the engine's: the row says what each needs, and where it comes from."""

from collections.abc import Callable, Mapping
from typing import Any

from backend.catalog.losses import LOSSES
from backend.catalog.rows import LossRow
from backend.datasets.training_parts import Part, Parts
from backend.recipes.schemas import LossUse, Recipe
from worker.engine.losses import by_name
from worker.engine.losses.loss import Loss
from worker.engine.model import SentenceTransformer
from worker.jobs.ending import Refused

LoadModel = Callable[[str, str], SentenceTransformer]
"""(name, what it is for) → the model; the same name gives the same one."""


def make_losses(
    recipe: Recipe, model: SentenceTransformer, parts: Parts, load: LoadModel
) -> dict[str, Loss]:
    """By dataset, the loss that it trains with. Each has one of its own: classes, projections and
    other weights of a loss belong to one dataset's labels.

    Raises Refused where a setting doesn't go with the model.
    """
    names = zip(recipe.dataset_names, recipe.datasets, strict=True)
    try:
        return {
            name: made(recipe.loss_of(use), model, parts.train[name], load) for name, use in names
        }
    except ValueError as error:  # of a model that the studio knew nothing of before
        raise Refused(
            "unusable_loss", "The loss can't be used with this model", str(error)
        ) from error


def made(use: LossUse, model: SentenceTransformer, data: Part, load: LoadModel) -> Loss:
    row = LOSSES[use.name]
    values: dict[str, Any] = {**use.parameters, **_filled(row, use.parameters, model, data)}
    for name in row.models:
        values[name] = load(str(use.parameters[name]), name)
    if use.inner is not None:
        values["loss"] = made(use.inner, model, data, load)
    return by_name.make(row.name, model, values)


def _filled(
    row: LossRow, given: Mapping[str, Any], model: SentenceTransformer, data: Part
) -> dict[str, Any]:
    """What data and model say, where the person did not."""
    dimensions = model.get_embedding_dimension()
    known = {"embedding_dimension": dimensions, "num_labels": data.classes}
    filled = {name: known[name] for name in row.filled if name in known}
    for parameter in row.parameters:
        if parameter.is_label_width and given.get(parameter.name) is None:
            filled[parameter.name] = data.width if data.width != dimensions else None
    return filled
