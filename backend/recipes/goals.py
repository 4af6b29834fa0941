"""From what a person wants to a recipe, and back. Pure."""

from dataclasses import dataclass
from typing import Any

from backend.catalog.columns import TableFacts
from backend.catalog.evaluators import EVALUATORS
from backend.catalog.goals import GOALS
from backend.catalog.losses import LOSSES
from backend.catalog.rows import GoalRow, LossRow
from backend.recipes.columns_fit import complaint
from backend.recipes.evaluators import cannot_measure
from backend.recipes.form import measures, uses
from backend.recipes.loss_form import levels
from backend.recipes.schemas import Mapping


@dataclass(frozen=True, kw_only=True)
class GoalFit:
    """Whether these columns can be trained for a goal; `because` says why not."""

    row: GoalRow
    because: str | None


def goals(mapping: Mapping, facts: TableFacts) -> list[GoalFit]:
    """Every goal of the catalogue, in its order."""
    return [
        GoalFit(row=row, because=None if _losses(row, mapping, facts) else f"Needs {row.needs}.")
        for row in GOALS.values()
    ]


def goal_of(recipe: dict[str, Any]) -> str | None:
    """What a recipe is for, by what proves it, and else by its loss; None where neither tells."""
    for measure in measures(recipe):
        for row in GOALS.values():
            if measure in row.evaluators:
                return row.name
    chain = levels(recipe.get("loss"))
    loss = chain[-1].row.name if chain else None
    return next((row.name for row in GOALS.values() if loss in row.losses), None)


def towards(
    goal: GoalRow, recipe: dict[str, Any], mapping: Mapping, facts: TableFacts
) -> dict[str, Any]:
    """The recipe with the loss, the measures and the base model that serve the goal, where these
    columns can be trained for it; what serves it already stays."""
    losses = _losses(goal, mapping, facts)
    if not losses:
        return recipe
    chain = levels(recipe.get("loss"))
    changed = dict(recipe)
    if not (chain and chain[-1].row in losses):
        changed["loss"] = {"name": losses[0].name}
    able = [
        name
        for name in goal.evaluators
        if EVALUATORS[name].only_beside is None
        and cannot_measure(EVALUATORS[name], mapping, facts, None, None) is None
    ]
    served = {name for row in GOALS.values() for name in row.evaluators}
    beside = [use for use in uses(recipe) if use.get("name") not in served]
    changed["evaluators"] = [*({"name": name} for name in able[:1]), *beside]
    if recipe.get("base_model") in {row.base_model for row in GOALS.values()}:
        changed["base_model"] = goal.base_model
    return changed


def _losses(goal: GoalRow, mapping: Mapping, facts: TableFacts) -> list[LossRow]:
    """Those of the goal that need nothing but these columns."""
    rows = (LOSSES[name] for name in goal.losses)
    return [row for row in rows if row.is_whole and complaint(row, mapping, facts) is None]
