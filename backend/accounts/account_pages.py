"""Settings, Account: name, password, and the browsers in which one is signed in."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from backend.accounts import browsers, cookies, sessions, signing_in, users
from backend.accounts.current import InPerson, SignedIn
from backend.accounts.people import Person
from backend.ids import SessionId
from backend.problems import NotFound, Refusal
from backend.studio import Studio
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.settings_tabs import TABS
from backend.web.templates import page, see

router = APIRouter(prefix="/settings", include_in_schema=False)

HERE = "/settings/account"


@router.get("")
def first(who: SignedIn) -> Response:
    return see(TABS[0].path)


@router.get("/account")
def show(request: Request, who: InPerson, session: ReadSession) -> Response:
    return _page(request, session, who)


@router.post("/account/name")
def rename(
    who: InPerson,
    session: DbSession,
    studio: TheStudio,
    name: Annotated[str, Form(min_length=1, max_length=200)],
) -> Response:
    signing_in.check_accounts(studio)
    users.change(session, who, who.id, name=name.strip() or who.name)
    return see(HERE)


@router.post("/account/password")
def change_password(
    request: Request,
    who: InPerson,
    studio: TheStudio,
    current: Annotated[str, Form(max_length=1_024)] = "",
    new: Annotated[str, Form(max_length=1_024)] = "",
) -> Response:
    try:
        secret = signing_in.change_password(studio, who, current, new)
    except Refusal as refusal:
        with studio.database.reading() as session:
            return _page(request, session, who, refusal)
    response = see(f"{HERE}?done=password")
    return _with(response, studio, secret)


@router.post("/account/sessions/{session_id}/end")
def end(session_id: SessionId, who: InPerson, session: DbSession) -> Response:
    """Sign out a browser that is not this one."""
    mine = {found.id for found in sessions.of_person(session, who.id)}
    if session_id not in mine:
        raise NotFound("session", session_id)
    sessions.end(session, session_id)
    return see(HERE)


@router.post("/account/sign-out-everywhere")
def sign_out_everywhere(who: InPerson, session: DbSession, studio: TheStudio) -> Response:
    signing_in.sign_out_everywhere(session, who)
    response = see("/sign-in")
    cookies.take_away(response, studio.settings)
    return response


def _page(
    request: Request, session: Session, who: Person, refusal: Refusal | None = None
) -> Response:
    response = page(
        request,
        "settings/account.html",
        status=refusal.status if refusal else 200,
        problems=tuple(refusal.problems) if refusal else (),
        sessions=sessions.of_person(session, who.id),
        named=browsers.in_words,
        this=who.session_id,
        is_done=request.query_params.get("done") == "password",
    )
    response.headers.update(refusal.headers if refusal else {})
    return response


def _with(response: Response, studio: Studio, secret: str | None) -> Response:
    if secret is not None:
        cookies.put(response, studio.settings, secret)
    return response
