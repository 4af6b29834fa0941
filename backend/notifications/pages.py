"""Settings, Notifications: what one is told, where, and what came of it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import SecretStr
from sqlalchemy.orm import Session

from backend.accounts.current import InPerson
from backend.accounts.people import Person
from backend.ids import DestinationId
from backend.notifications import courier, service
from backend.notifications.kinds import WHEN
from backend.notifications.schemas import ChoiceIn, DestinationIn, NotificationOut
from backend.notifications.services import NAMED
from backend.notifications.tables import NotificationDestination
from backend.problems import Refusal
from backend.studio import Studio
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.languages import chosen_language
from backend.web.templates import page, see
from backend.webhooks.kinds import WebhookKind

router = APIRouter(prefix="/settings/notifications", include_in_schema=False)

HERE = "/settings/notifications"


@router.get("")
def show(request: Request, who: InPerson, session: ReadSession, studio: TheStudio) -> Response:
    return _page(request, session, studio, who)


@router.post("")
def choose(
    request: Request,
    who: InPerson,
    session: DbSession,
    types: Annotated[list[WebhookKind] | None, Form()] = None,
    of_all: Annotated[bool, Form()] = False,
) -> Response:
    """Without a type nothing is told any more: a form says nothing of what isn't ticked."""
    asked = ChoiceIn(types=types or [], of_all=of_all)
    service.choose(session, who, asked, chosen_language(request))
    return see(f"{HERE}?done=chosen")


@router.post("/email")
def add_address(
    request: Request,
    who: InPerson,
    studio: TheStudio,
    email: Annotated[str, Form(max_length=254)] = "",
) -> Response:
    return _add(request, studio, who, DestinationIn(email=email))


@router.post("/service")
def add_service(
    request: Request,
    who: InPerson,
    studio: TheStudio,
    url: Annotated[str, Form(max_length=2_000)] = "",
) -> Response:
    return _add(request, studio, who, DestinationIn(url=SecretStr(url)))


@router.post("/{destination_id}/test")
def test(
    request: Request, destination_id: DestinationId, who: InPerson, studio: TheStudio
) -> Response:
    try:
        with studio.database.writing() as session:
            service.test(session, who, destination_id)
    except Refusal as refusal:
        with studio.database.reading() as session:
            return _page(request, session, studio, who, refusal)
    return see(f"{HERE}#{destination_id}")


@router.post("/{destination_id}/remove")
def remove(destination_id: DestinationId, who: InPerson, session: DbSession) -> Response:
    service.remove(session, who, destination_id)
    return see(HERE)


def _add(request: Request, studio: Studio, who: Person, asked: DestinationIn) -> Response:
    try:
        checked = service.checked(studio, asked)
        with studio.database.writing() as session:
            made = service.add(session, who, checked, chosen_language(request)).id
    except Refusal as refusal:
        with studio.database.reading() as session:
            return _page(request, session, studio, who, refusal, asked)
    return see(f"{HERE}#{made}")


def _page(
    request: Request,
    session: Session,
    studio: Studio,
    who: Person,
    refusal: Refusal | None = None,
    asked: DestinationIn | None = None,
) -> Response:
    """`asked` is what was refused: an address stays in the form, a URL does not."""
    newest = service.destinations_of(who).order_by(NotificationDestination.id.desc())
    response = page(
        request,
        "settings/notifications.html",
        block="standing",
        status=refusal.status if refusal else 200,
        problems=tuple(refusal.problems) if refusal else (),
        choice=service.choice_of(session, who),
        when=WHEN,
        destinations=session.scalars(newest).all(),
        last={
            found.destination_id: NotificationOut.of(found)
            for found in session.scalars(service.last_of_each(who))
        },
        can_mail=service.mail_url(studio.settings) is not None,
        is_installed=courier.is_installed(),
        install=courier.INSTALL,
        services=NAMED,
        email=(asked.email if asked else None) or who.email,
        is_done=request.query_params.get("done") == "chosen",
    )
    response.headers.update(refusal.headers if refusal else {})
    return response
