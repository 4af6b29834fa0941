"""What a model lost, for people, and what to do about it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from backend.accounts.current import MayRead, MayTrain
from backend.catalog.general_sets import GENERAL_SETS
from backend.ids import ModelId
from backend.models import guarding, service
from backend.models.tabs import TABS
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.templates import page, see
from backend.web.whisker import span

router = APIRouter(include_in_schema=False)


@router.get("/models/{model_id}/guard")
def show(
    request: Request, model_id: ModelId, who: MayRead, session: ReadSession, studio: TheStudio
) -> Response:
    model = service.show(session, studio.storage, service.get(session, who, model_id))
    guarded = guarding.newest(session, who, model_id)
    return page(
        request,
        "models/guard.html",
        model=model,
        guarded=guarded,
        sets=list(GENERAL_SETS.values()),
        between=span(one.ci95 for one in guarded.found.sets) if guarded.found else None,
        tabs=TABS,
    )


@router.post("/models/{model_id}/guard")
def guard(
    model_id: ModelId,
    who: MayTrain,
    studio: TheStudio,
    sets: Annotated[list[str] | None, Form()] = None,
) -> Response:
    with studio.database.writing() as session:
        guarding.guard(session, who, studio.broker, model_id, sets or [])
    return see(f"/models/{model_id}/guard")


@router.post("/models/{model_id}/blend")
def blend(model_id: ModelId, who: MayTrain, studio: TheStudio) -> Response:
    with studio.database.writing() as session:
        guarding.blend(session, who, studio.broker, model_id)
    return see(f"/models/{model_id}/guard")
