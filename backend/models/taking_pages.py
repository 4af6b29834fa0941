"""Taking a model away, for people: its card, ways to run it, its files, and deleting it."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form, Request, Response
from sqlalchemy.orm import Session

from backend.accounts.current import MayRead, MayTrain, MayWrite
from backend.accounts.people import Person
from backend.ids import ModelId
from backend.models import lineage, service, serving, work
from backend.models.card import MOST_WORDS
from backend.models.exported import Exported
from backend.models.tabs import TABS
from backend.problems import Conflict
from backend.runs.schemas import JobOut
from backend.runs.states import JobKind
from backend.studio import Studio
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.templates import page, see

router = APIRouter(include_in_schema=False)

Words = Annotated[str, Form(max_length=MOST_WORDS)]


@router.get("/models/{model_id}/card")
def card(
    request: Request, model_id: ModelId, who: MayRead, session: ReadSession, studio: TheStudio
) -> Response:
    model = service.get(session, who, model_id)
    return page(
        request,
        "models/card.html",
        model=service.show(session, studio.storage, model),
        words=model.card_words,
        card=service.card(studio.storage, model),
        most=MOST_WORDS,
        tabs=TABS,
    )


@router.post("/models/{model_id}/card")
def write_card(model_id: ModelId, who: MayWrite, session: DbSession, words: Words = "") -> Response:
    service.write_card_words(session, who, model_id, words)
    return see(f"/models/{model_id}/card")


@router.get("/models/{model_id}/export")
def show(
    request: Request, model_id: ModelId, who: MayRead, session: ReadSession, studio: TheStudio
) -> Response:
    return _page(request, session, studio, who, model_id)


@router.post("/models/{model_id}/export")
def export(model_id: ModelId, who: MayTrain, session: DbSession, studio: TheStudio) -> Response:
    work.begin(session, who, studio.broker, JobKind.EXPORT, model_id, {})
    return see(f"/models/{model_id}/export#onnx")


@router.post("/models/{model_id}/remove")
def remove(
    request: Request,
    model_id: ModelId,
    who: MayWrite,
    session: DbSession,
    studio: TheStudio,
    later: BackgroundTasks,
) -> Response:
    """Back on the page, with the reason, where something needs the model."""
    try:
        folders = service.delete(session, who, model_id)
    except Conflict as refusal:
        return _page(request, session, studio, who, model_id, refusal)
    for folder in folders:
        later.add_task(studio.storage.remove_folder, folder)
    answer = see("/models")
    answer.background = later
    return answer


def _page(
    request: Request,
    session: Session,
    studio: Studio,
    who: Person,
    model_id: ModelId,
    refusal: Conflict | None = None,
) -> Response:
    found = service.get(session, who, model_id)
    model = service.show(session, studio.storage, found)
    folder: Path = studio.storage.folder(found.folder)
    job = work.newest(session, who, model_id, JobKind.EXPORT)
    place = model.path or model.id
    return page(
        request,
        "models/export.html",
        status=refusal.status if refusal else 200,
        model=model,
        python=serving.python(place, has_prompts=serving.has_prompts(folder)),
        python_onnx=serving.python_onnx(model.id, "onnx/model_qint8.onnx"),
        container=serving.container(folder, model.id),
        exported=Exported.model_validate(found.exported) if found.exported else None,
        job=JobOut.model_validate(job) if job else None,
        children=lineage.of(session, who, model_id).children,
        problems=refusal.problems if refusal else [],
        tabs=TABS,
    )
