"""What a model is asked when it is loaded again: texts of the person's own, and its metric."""

from dataclasses import dataclass

from backend.datasets.training_parts import Parts
from backend.proof.kept import CHOOSE, PROVE, is_kept
from backend.recipes.schemas import Recipe
from worker.engine.model import SentenceTransformer
from worker.jobs import base_model
from worker.jobs.judges import Measured, make_judges
from worker.jobs.model_order import ModelOrder
from worker.jobs.served import Asked, texts_to_ask
from worker.jobs.training_data import read_parts


@dataclass(frozen=True, kw_only=True)
class Questions:
    """What both are asked, and what the model was measured to be."""

    asked: list[Asked]
    measured: Measured | None


def questions_of(order: ModelOrder, model: SentenceTransformer) -> Questions:
    recipe = order.train.recipe
    parts = read_parts(order.train)
    return Questions(
        asked=texts_to_ask(recipe, parts, model),
        measured=_measured(recipe, parts, model, order),
    )


def _measured(
    recipe: Recipe, parts: Parts, model: SentenceTransformer, order: ModelOrder
) -> Measured | None:
    """The model by what measures its run, on *prove* if that was opened for it, else on *choose*;
    None where nothing measures."""
    needs_base = any(one.name == "MSEEvaluator" for one in recipe.evaluators)
    teacher = base_model.load(recipe, order.train.model_folders) if needs_base else model
    judges = make_judges(recipe, parts, open_part(order), teacher, {})
    judge = next((one for one in judges if one.proves), None)
    if judge is None:
        return None
    return Measured(judge=judge, outcome=judge.evaluator.measure(model))


def open_part(order: ModelOrder) -> str:
    """*Prove* where it was opened for the model, else *choose*."""
    is_proved = order.proof_folder is not None and is_kept(order.proof_folder, PROVE)
    return PROVE if is_proved else CHOOSE
