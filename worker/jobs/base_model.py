"""Loading the model that a training starts from."""

from pathlib import Path

from backend.catalog.base_models import carried
from backend.recipes.schemas import Recipe
from worker.engine.model import SentenceTransformer
from worker.engine.model.problems import ModelNotFound, ModelProblem
from worker.jobs.ending import Refused


def load(recipe: Recipe, folder: Path | None) -> SentenceTransformer:
    """The base model: this studio's own by its folder, one that a package carries, or the Hub's.

    Raises Refused where it can't be had, saying what to do.
    """
    place = folder or carried(recipe.base_model) or recipe.base_model
    try:
        model = SentenceTransformer(str(place), revision=recipe.revision)
    except ModelNotFound as error:
        raise Refused(
            "no_base_model",
            "The base model can't be had",
            f"{recipe.base_model} is neither on this machine nor could it be fetched from the Hub. "
            "Check the name and this machine's way to the Hub (HF_ENDPOINT, HF_TOKEN for a gated "
            "one), or choose a model that is already here.",
        ) from error
    except ModelProblem as error:
        raise Refused("unusable_base_model", "The base model can't be used", str(error)) from error
    model.model_card_data.base_model = recipe.base_model
    if recipe.arguments.max_seq_length is not None:
        model.max_seq_length = recipe.arguments.max_seq_length
    return model
