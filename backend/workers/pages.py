"""Workers, for people: where the work is done, how those machines do, and draining one."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from backend.accounts.current import MayRead, MayRunStudio
from backend.accounts.people import Person
from backend.ids import WorkerId
from backend.studio import Studio
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.templates import page
from backend.workers import service
from backend.workers.tables import WorkerState

router = APIRouter(include_in_schema=False)


@router.get("/workers")
def index(request: Request, who: MayRead, session: ReadSession, studio: TheStudio) -> Response:
    return _page(request, who, session, studio)


@router.post("/workers/{worker_id}/state")
def change(
    request: Request,
    worker_id: WorkerId,
    who: MayRunStudio,
    session: DbSession,
    studio: TheStudio,
    state: Annotated[WorkerState, Form()],
) -> Response:
    service.change(session, service.get(session, worker_id), state)
    return _page(request, who, session, studio)


@router.post("/workers/{worker_id}/lift")
def lift(
    request: Request,
    worker_id: WorkerId,
    who: MayRunStudio,
    session: DbSession,
    studio: TheStudio,
) -> Response:
    service.lift(session, service.get(session, worker_id))
    return _page(request, who, session, studio)


def _page(request: Request, who: Person, session: Session, studio: Studio) -> Response:
    return page(
        request,
        "workers/index.html",
        block="workers",
        workers=[service.show(session, who, worker) for worker in service.every(session)],
        queues=service.queues(session, studio.settings.queue_limits),
        may_change=who.is_administrator,
    )
