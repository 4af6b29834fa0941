"""The same recipe with other seeds: what of a verdict is chance of the training."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.broker import Broker
from backend.ids import RunId
from backend.recipes.schemas import Recipe
from backend.runs import service
from backend.runs.tables import Run

MORE = 2


def train_others(session: Session, who: Person, broker: Broker, run_id: RunId) -> list[Run]:
    """Queue the run's recipe twice more, with the next seeds. The rows that are kept aside stay the
    same, so that all verdicts speak of the same questions.

    Raises NotFound if `who` may not see it.
    """
    kin = same_but_seed(session, service.get(session, who, run_id))
    first = kin[0]
    newest = max(Recipe.model_validate(run.recipe).seed for run in kin)
    made = []
    for seed in range(newest + 1, newest + 1 + MORE):
        name = f"{first.name[:180]}, seed {seed}"
        run = service.clone(session, who, broker, first.id, _changes(first, seed), name)
        run.seeds_of = first.id
        made.append(run)
    session.flush()
    return made


def same_but_seed(session: Session, run: Run) -> list[Run]:
    """The runs of this recipe that differ by their seed alone, this one among them; oldest first."""
    first = run.seeds_of or run.id
    query = select(Run).where(
        Run.project_id == run.project_id, or_(Run.id == first, Run.seeds_of == first)
    )
    return list(session.scalars(query.order_by(Run.id)))


def _changes(run: Run, seed: int) -> list[dict[str, Any]]:
    """To the plain recipe, of which an older run may lack parts."""
    recipe = Recipe.model_validate(run.recipe)
    datasets = [
        use.model_copy(update={"held_out": use.held_out.model_copy(update={"seed": drawn_by})})
        for use in recipe.datasets
        for drawn_by in [recipe.seed if use.held_out.seed is None else use.held_out.seed]
    ]
    told = [use.model_dump(mode="json") for use in datasets]
    return [
        {"op": "add", "path": "/datasets", "value": told},
        {"op": "add", "path": "/seed", "value": seed},
    ]
