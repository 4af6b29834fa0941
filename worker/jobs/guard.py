"""The guard that needs no data of a person's: what the model still knows of other fields."""

from datasets.exceptions import DatasetNotFoundError
from httpx2 import HTTPError

from backend.catalog.evaluators import NANO_BEIR
from backend.recipes.schemas import EvaluatorUse, Recipe
from worker.engine.evaluation import ItemEvaluator, NanoBEIREvaluator
from worker.jobs.report import Report


def load(recipe: Recipe, place: str, report: Report) -> ItemEvaluator | None:
    """NanoBEIR from `place`, a dataset of the Hub or a folder; None where the recipe doesn't ask
    for it, or it can't be had: that is said before the training begins, which goes on without."""
    use = _asked(recipe)
    if use is None:
        return None
    first = recipe.datasets[0]
    prompts = [first.prompts.get(column) for column in first.mapping.inputs[:2]]
    try:
        return NanoBEIREvaluator(
            use.sets or None,
            place,
            batch_size=recipe.arguments.per_device_eval_batch_size,
            write_csv=False,
            query_prompts=prompts[0],
            corpus_prompts=prompts[-1],
        )
    except (ValueError, OSError, HTTPError, DatasetNotFoundError) as error:
        report.log(
            f"NanoBEIR can't be had, so this run goes on without it: what is lost of other fields "
            f"won't be measured. {error}",
            level="warning",
        )
        return None


def _asked(recipe: Recipe) -> EvaluatorUse | None:
    uses = [*recipe.evaluators, *(use for one in recipe.datasets for use in one.evaluators)]
    return next((use for use in uses if use.name == NANO_BEIR), None)
