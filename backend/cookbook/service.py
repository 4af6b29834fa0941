"""What one can do with kept recipes. No HTTP here."""

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.clock import utc_now
from backend.cookbook.schemas import KeptRecipeIn
from backend.cookbook.tables import KeptRecipe
from backend.ids import RecipeId
from backend.problems import NotFound


def keep(session: Session, who: Person, wished: KeptRecipeIn) -> KeptRecipe:
    kept = KeptRecipe(project_id=who.project_id, name=wished.name, recipe=wished.recipe)
    session.add(kept)
    session.flush()
    return kept


def newest(who: Person) -> Select[KeptRecipe]:
    return select(KeptRecipe).where(KeptRecipe.project_id == who.project_id)


def get(session: Session, who: Person, recipe_id: RecipeId, for_update: bool = False) -> KeptRecipe:
    """Raises NotFound where there is none, or it isn't theirs."""
    query = newest(who).where(KeptRecipe.id == recipe_id)
    kept = session.scalar(query.with_for_update() if for_update else query)
    if kept is None:
        raise NotFound("recipe", recipe_id)
    return kept


def change(session: Session, kept: KeptRecipe, wished: KeptRecipeIn) -> KeptRecipe:
    """Put another recipe in its place. The caller holds its row."""
    kept.name, kept.recipe = wished.name, wished.recipe
    kept.revision += 1
    kept.updated_at = utc_now()
    session.flush()
    return kept


def remove(session: Session, who: Person, recipe_id: RecipeId) -> None:
    """Runs keep the recipe that they were started with. Raises NotFound where there is none."""
    get(session, who, recipe_id)
    session.execute(delete(KeptRecipe).where(KeptRecipe.id == recipe_id))
