"""The one judge that a model's sizes are measured by."""

from backend.datasets.training_parts import Parts
from backend.models.sizes.measure import complaint, measuring
from backend.recipes.schemas import EvaluatorUse, Recipe
from worker.engine.model import SentenceTransformer
from worker.jobs.ending import Refused
from worker.jobs.judges import Judge, make_judges


def the_measure(recipe: Recipe, parts: Parts, part: str, model: SentenceTransformer) -> Judge:
    """That of the recipe which chooses and proves, over the rows of `part`.

    Raises Refused where there is none, it can't measure other sizes, or no rows were kept aside.
    """
    if (problem := complaint(recipe)) is not None:
        raise Refused(problem.code, problem.title, problem.detail)
    use = measuring(recipe)
    judges = make_judges(_with(recipe, use), parts, part, model, {}) if use else []
    if not judges:
        raise Refused(
            "nothing_kept_aside",
            f"No rows were kept aside to {part} with",
            "The recipe of this model keeps none (held_out). Clone its run with some, and measure "
            "the new model.",
        )
    return judges[0]


def _with(recipe: Recipe, use: EvaluatorUse) -> Recipe:
    """The recipe with this evaluator alone: what the others would encode is nobody's business here."""
    datasets = [one.model_copy(update={"evaluators": []}) for one in recipe.datasets]
    return recipe.model_copy(update={"evaluators": [use], "datasets": datasets})
