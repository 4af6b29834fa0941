"""Where a model came from, and what came from it."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.datasets.tables import Dataset, DatasetVersion
from backend.ids import ModelId
from backend.models import service
from backend.models.lineage_schemas import LearnedFrom, Lineage, Relative, RunNamed
from backend.models.tables import Model
from backend.recipes.schemas import Recipe
from backend.runs.tables import Run


def of(session: Session, who: Person, model_id: ModelId) -> Lineage:
    """Raises NotFound if `who` may not see the model."""
    model = service.get(session, who, model_id)
    run = session.get_one(Run, model.run_id)
    recipe = Recipe.model_validate(run.recipe)
    children = service.newest(who).where(
        or_(Model.parent_id == model_id, Model.base_model == model_id)
    )
    return Lineage(
        run=RunNamed.model_validate(run),
        base_model=model.base_model,
        base=_relative(session, who, model.base_model),
        revision=recipe.revision,
        lora=recipe.lora,
        learned_from=_learned_from(session, who, recipe),
        parent=_relative(session, who, model.parent_id),
        children=[
            Relative.model_validate(each) for each in session.scalars(children.order_by(Model.id))
        ],
    )


def _relative(session: Session, who: Person, model_id: str | None) -> Relative | None:
    """None where there is none, or it was deleted."""
    found = session.scalar(service.newest(who).where(Model.id == model_id))
    return Relative.model_validate(found) if found else None


def _learned_from(session: Session, who: Person, recipe: Recipe) -> list[LearnedFrom]:
    """In the order of the recipe."""
    query = (
        select(DatasetVersion, Dataset.name)
        .join(Dataset, Dataset.id == DatasetVersion.dataset_id)
        .where(
            DatasetVersion.project_id == who.project_id,
            DatasetVersion.id.in_([use.version for use in recipe.datasets]),
        )
    )
    found = {
        version.id: LearnedFrom(
            version_id=version.id, dataset_id=version.dataset_id, dataset=name, rows=version.rows
        )
        for version, name in session.execute(query)
    }
    return [found[use.version] for use in recipe.datasets if use.version in found]
