"""By what a model's sizes are measured: the evaluator that chose its checkpoint. Pure."""

from backend.catalog.evaluators import EVALUATORS
from backend.catalog.rows import EvaluatorRow
from backend.problems import Problem
from backend.recipes.schemas import EvaluatorUse, Recipe


def measuring(recipe: Recipe) -> EvaluatorUse | None:
    """The recipe's evaluator that chooses and proves; None where it has none."""
    proving = (use for use in recipe.evaluators if EVALUATORS[use.name].only_beside is None)
    return next(proving, None)


def complaint(recipe: Recipe) -> Problem | None:
    """Why a model of this recipe can't be measured at other sizes; None where it can."""
    use = measuring(recipe)
    if use is None:
        return Problem(
            code="nothing_to_measure_by",
            title="There is nothing to measure by",
            detail="The recipe of this model names no evaluator that can prove. Clone its run with "
            "one, and measure the new model.",
        )
    row: EvaluatorRow = EVALUATORS[use.name]
    if row.whole_only is not None:
        return Problem(
            code="measured_whole",
            title="This model can't be measured at other sizes",
            detail=f"It is judged by {row.name}. {row.whole_only} Clone its run with another "
            "evaluator first, and measure the new model.",
        )
    return None
