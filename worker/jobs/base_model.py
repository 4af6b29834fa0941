"""Loading the models that a recipe names: the one that a training starts from, and guides."""

from collections.abc import Mapping
from pathlib import Path

from backend.catalog.base_models import carried
from backend.recipes.schemas import Recipe
from worker.engine.model import SentenceTransformer
from worker.engine.model.problems import ModelNotFound, ModelProblem
from worker.jobs import hub_access
from worker.jobs.ending import Refused


def load(recipe: Recipe, folders: Mapping[str, Path]) -> SentenceTransformer:
    """The base model of a recipe. Raises Refused where it can't be had, saying what to do."""
    model = load_named(recipe.base_model, folders, "base model", recipe.revision)
    model.model_card_data.base_model = recipe.base_model
    if recipe.arguments.max_seq_length is not None:
        model.max_seq_length = recipe.arguments.max_seq_length
    return model


def load_named(
    name: str, folders: Mapping[str, Path], part: str, revision: str | None = None
) -> SentenceTransformer:
    """A model by its name: this studio's own by its folder, one that a package carries, or the
    Hub's. `part` is what the recipe wants it for.

    Raises Refused where it can't be had, saying what to do.
    """
    place = folders.get(name) or carried(name) or name
    code = part.replace(" ", "_")
    try:
        return SentenceTransformer(str(place), revision=revision, token=hub_access.token())
    except ModelNotFound as error:
        raise Refused(
            f"no_{code}",
            f"The {part} can't be had",
            f"{name} is neither on this machine nor could it be fetched from the Hub. "
            "Check the name and this machine's way to the Hub (HF_ENDPOINT; for a gated one "
            "an account that has accepted its terms, under Settings, Hugging Face), or choose a "
            "model that is already here.",
        ) from error
    except ModelProblem as error:
        raise Refused(f"unusable_{code}", f"The {part} can't be used", str(error)) from error
