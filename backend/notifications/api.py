"""What a person is told, and where, over REST."""

from fastapi import Response

from backend.accounts.current import InPerson, SignedIn
from backend.ids import DestinationId
from backend.notifications import courier, service
from backend.notifications.schemas import (
    ChoiceIn,
    ChoiceOut,
    DestinationIn,
    DestinationOut,
    NotificationOut,
)
from backend.notifications.tables import (
    Notification,
    NotificationChoice,
    NotificationDestination,
)
from backend.rest.route import rest_router
from backend.studio import Studio
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.paging import Cursor, Limit, Page, newest_first

router = rest_router("me")


@router.get("/me/notifications", operation_id="getNotifications")
def get(who: SignedIn, session: ReadSession, studio: TheStudio) -> ChoiceOut:
    """What you are told."""
    return _choice(studio, service.choice_of(session, who))


@router.put("/me/notifications", operation_id="chooseNotifications")
def choose(body: ChoiceIn, who: InPerson, session: DbSession, studio: TheStudio) -> ChoiceOut:
    """Choose what you are told."""
    return _choice(studio, service.choose(session, who, body))


@router.get("/me/notification-destinations", operation_id="listNotificationDestinations")
def list_(
    who: SignedIn, session: ReadSession, limit: Limit = 50, cursor: Cursor = None
) -> Page[DestinationOut]:
    """Where you are told, newest first; of their URLs, what is not secret."""
    query, show = service.destinations_of(who), DestinationOut.model_validate
    return newest_first(session, query, NotificationDestination.id, limit, cursor, show)


@router.post(
    "/me/notification-destinations",
    operation_id="addNotificationDestination",
    status_code=201,
)
def add(
    body: DestinationIn, who: InPerson, studio: TheStudio, response: Response
) -> DestinationOut:
    """Name a place where you want to be told. Its URL is sealed, and never shown again."""
    checked = service.checked(studio, body)
    with studio.database.writing() as session:
        made = DestinationOut.model_validate(service.add(session, who, checked))
    response.headers["Location"] = f"/api/v1/me/notification-destinations/{made.id}"
    return made


@router.get(
    "/me/notification-destinations/{destination_id}",
    operation_id="getNotificationDestination",
)
def get_destination(
    destination_id: DestinationId, who: SignedIn, session: ReadSession
) -> DestinationOut:
    """One place where you are told."""
    return DestinationOut.model_validate(service.get(session, who, destination_id))


@router.delete(
    "/me/notification-destinations/{destination_id}",
    operation_id="removeNotificationDestination",
    status_code=204,
)
def remove(destination_id: DestinationId, who: InPerson, session: DbSession) -> None:
    """Be told there no more. What still waits to be sent there is dropped."""
    service.remove(session, who, destination_id)


@router.post(
    "/me/notification-destinations/{destination_id}/test",
    operation_id="testNotificationDestination",
    status_code=202,
)
def test(destination_id: DestinationId, who: InPerson, session: DbSession) -> NotificationOut:
    """Send a test there. Look at the notification to see what came of it."""
    return NotificationOut.of(service.test(session, who, destination_id))


@router.get("/me/notification-deliveries", operation_id="listNotificationDeliveries")
def list_deliveries(
    who: SignedIn, session: ReadSession, limit: Limit = 50, cursor: Cursor = None
) -> Page[NotificationOut]:
    """What was and is to be sent to you, newest first; settled ones are kept for 30 days."""
    query = service.notifications_of(who)
    return newest_first(session, query, Notification.id, limit, cursor, NotificationOut.of)


def _choice(studio: Studio, choice: NotificationChoice) -> ChoiceOut:
    return ChoiceOut(
        types=choice.types,
        of_all=choice.of_all,
        can_mail=service.mail_url(studio.settings) is not None,
        is_installed=courier.is_installed(),
    )
