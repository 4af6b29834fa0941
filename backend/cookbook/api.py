"""Kept recipes over REST."""

from fastapi import Response

from backend.accounts.current import MayRead, MayWrite
from backend.cookbook import service
from backend.cookbook.schemas import KeptRecipeIn, KeptRecipeOut
from backend.cookbook.tables import KeptRecipe
from backend.ids import RecipeId
from backend.rest.route import rest_router
from backend.web.dependencies import DbSession, ReadSession
from backend.web.etags import IfMatch, check_match
from backend.web.paging import Cursor, Limit, Page, newest_first

router = rest_router("recipes")


@router.post("/recipes", operation_id="createRecipe", status_code=201)
def create(
    body: KeptRecipeIn, who: MayWrite, session: DbSession, response: Response
) -> KeptRecipeOut:
    """Keep a recipe under a name, sound or not yet."""
    kept = service.keep(session, who, body)
    response.headers["Location"] = f"/api/v1/recipes/{kept.id}"
    return KeptRecipeOut.model_validate(kept)


@router.get("/recipes", operation_id="listRecipes")
def list_(
    who: MayRead, session: ReadSession, limit: Limit = 50, cursor: Cursor = None
) -> Page[KeptRecipeOut]:
    """Your kept recipes, newest first."""
    query = service.newest(who)
    return newest_first(session, query, KeptRecipe.id, limit, cursor, KeptRecipeOut.model_validate)


@router.get("/recipes/{recipe_id}", operation_id="getRecipe")
def get(recipe_id: RecipeId, who: MayRead, session: ReadSession) -> KeptRecipeOut:
    """One kept recipe. Its ETag is what a change of it must name."""
    return KeptRecipeOut.model_validate(service.get(session, who, recipe_id))


@router.put("/recipes/{recipe_id}", operation_id="replaceRecipe")
def replace(
    recipe_id: RecipeId,
    body: KeptRecipeIn,
    who: MayWrite,
    session: DbSession,
    if_match: IfMatch = None,
) -> KeptRecipeOut:
    """Put another recipe in its place, if it is still the one that you have seen."""
    kept = service.get(session, who, recipe_id, for_update=True)
    check_match(if_match, KeptRecipeOut.model_validate(kept))
    return KeptRecipeOut.model_validate(service.change(session, kept, body))


@router.delete("/recipes/{recipe_id}", operation_id="deleteRecipe", status_code=204)
def delete(recipe_id: RecipeId, who: MayWrite, session: DbSession) -> None:
    """Delete a kept recipe. Runs keep the recipe that they were started with."""
    service.remove(session, who, recipe_id)
