"""Settings, Hugging Face: one's own account there."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from backend.accounts.current import InPerson
from backend.accounts.people import Person
from backend.hub import connection
from backend.hub.access import Access
from backend.hub.tables import HubConnection
from backend.problems import Refusal
from backend.studio import Studio
from backend.web.dependencies import DbSession, TheStudio
from backend.web.templates import page, see

router = APIRouter(prefix="/settings/hub", include_in_schema=False)

HERE = "/settings/hub"


@router.get("")
def show(request: Request, who: InPerson, studio: TheStudio) -> Response:
    return _page(request, studio, who)


@router.post("")
def connect(
    request: Request,
    who: InPerson,
    studio: TheStudio,
    token: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    try:
        account, sealed = connection.checked(studio, token.strip())
    except Refusal as refusal:
        return _page(request, studio, who, refusal)
    with studio.database.writing() as session:
        connection.connect(session, who, account, sealed, token.strip()[-4:])
    return see(HERE)


@router.post("/forget")
def forget(who: InPerson, session: DbSession) -> Response:
    connection.disconnect(session, who)
    return see(HERE)


def _page(
    request: Request, studio: Studio, who: Person, refusal: Refusal | None = None
) -> Response:
    access = Access.now()
    with studio.database.reading() as session:
        kept = session.get(HubConnection, who.id)
    response = page(
        request,
        "settings/hub.html",
        status=refusal.status if refusal else 200,
        problems=tuple(refusal.problems) if refusal else (),
        kept=kept,
        hub=access.hub,
        is_offline=access.is_offline,
        has_studio_token=bool(access.token_here or access.token_file),
    )
    response.headers.update(refusal.headers if refusal else {})
    return response
