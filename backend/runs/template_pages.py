"""Templates: settings that are kept under a name, to plan the next training with. Each is a kept
recipe, of which a plan takes all but the data."""

from fastapi import APIRouter, Request, Response

from backend.accounts.current import MayRead, MayTrain
from backend.cookbook import service
from backend.cookbook.schemas import LONGEST_NAME, KeptRecipeIn
from backend.cookbook.tables import KeptRecipe
from backend.ids import RecipeId, RunId
from backend.problems import Invalid, Problem
from backend.runs import service as runs
from backend.runs.plan_pages import SentForm, planned
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.templates import page, see

router = APIRouter(include_in_schema=False)

MOST_SHOWN = 100


@router.get("/templates")
def index(request: Request, who: MayRead, session: ReadSession) -> Response:
    newest = service.newest(who).order_by(KeptRecipe.id.desc()).limit(MOST_SHOWN)
    return page(request, "runs/templates.html", kept=list(session.scalars(newest)))


@router.post("/templates")
def keep(who: MayTrain, studio: TheStudio, sent: SentForm) -> Response:
    """Keep the plan that was sent. Raises Invalid where it was given no name."""
    name = sent.get("template_name", "").strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid(
            Problem(
                code="no_name",
                title="A template needs a name",
                detail=f"Write one of at most {LONGEST_NAME} letters, so that you find it again.",
            )
        )
    with studio.database.reading() as session:
        wished = KeptRecipeIn(name=name, recipe=planned(session, who, sent))
    with studio.database.writing() as session:
        service.keep(session, who, wished)
    return see("/templates")


@router.post("/runs/{run_id}/template")
def keep_of_run(run_id: RunId, who: MayTrain, studio: TheStudio) -> Response:
    with studio.database.writing() as session:
        run = runs.show(runs.get(session, who, run_id))
        plain = run.recipe.model_dump(mode="json")
        service.keep(session, who, KeptRecipeIn(name=run.name[:LONGEST_NAME], recipe=plain))
    return see("/templates")


@router.post("/templates/{recipe_id}/delete")
def remove(recipe_id: RecipeId, who: MayTrain, studio: TheStudio) -> Response:
    with studio.database.writing() as session:
        service.remove(session, who, recipe_id)
    return see("/templates")
