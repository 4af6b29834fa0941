"""What one can do with what one is told: choose, name places, try them, take them away.

All of it is a person's own, whatever project they are in. Looking at a URL and sealing it take a
moment: `checked` comes before the transaction.
"""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from backend.accounts import audit
from backend.accounts.audit import Act
from backend.accounts.people import Person
from backend.clock import utc_now
from backend.ids import DestinationId
from backend.keyring import Sealed
from backend.notifications import courier
from backend.notifications.refusing import checked_address, service_of
from backend.notifications.schemas import ChoiceIn, DestinationIn
from backend.notifications.tables import (
    Notification,
    NotificationChoice,
    NotificationDestination,
    Way,
)
from backend.problems import Conflict, NotFound, Problem, Refusal, TooMany
from backend.settings import Settings
from backend.studio import Studio
from backend.web.languages import ENGLISH
from backend.webhooks.kinds import WebhookKind
from backend.webhooks.outbox import message

log = structlog.get_logger()

MOST_DESTINATIONS = 10
TEST_EVERY_SECONDS = 30
"""A test is sent to an address that may be somebody else's."""

AT_FIRST = (
    WebhookKind.RUN_SUCCEEDED,
    WebhookKind.RUN_FAILED,
    WebhookKind.RUN_PAUSED,
    WebhookKind.MODEL_PUBLISHED,
)
"""What somebody hears of who has not chosen yet."""


class NoMail(Refusal):
    """409: the operator has set no mail server."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            Problem(
                code="no_mail_server",
                title="This studio has no mail server",
                detail="Have the operator set LIKEWISE_MAIL_URL, or name a mail account of your "
                "own as a URL: mailtos://user:password@example.org.",
            )
        )


@dataclass(frozen=True)
class Checked:
    """A destination that was looked at, as it is kept."""

    way: Way
    service: str
    target: Sealed
    shown: str


def mail_url(settings: Settings) -> str | None:
    """The operator's, by which the studio sends mail; None where there is none that can be read."""
    if settings.mail_url is not None:
        return settings.mail_url.get_secret_value()
    if settings.mail_url_file is None:
        return None
    try:
        return settings.mail_url_file.read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        log.warning("the file of LIKEWISE_MAIL_URL_FILE can't be read", error=str(error))
        return None


def checked(studio: Studio, asked: DestinationIn) -> Checked:
    """Look at a destination, and seal it. Slow: no transaction may be open.

    Raises Invalid, NoMail, NotInstalled, NoKey.
    """
    if asked.url is not None:
        url = asked.url.get_secret_value().strip()
        service = service_of(url)
        return Checked(Way.APPRISE, service.name, studio.keyring.seal(url), courier.shown(url))
    address = checked_address(asked.email or "")
    if mail_url(studio.settings) is None:
        raise NoMail
    if not courier.is_installed():
        raise courier.NotInstalled
    return Checked(Way.EMAIL, "e-mail", studio.keyring.seal(address), address)


def choice_of(session: Session, who: Person) -> NotificationChoice:
    """What they have chosen; what everybody begins with, where they haven't."""
    found = session.get(NotificationChoice, who.id)
    if found is not None:
        return found
    return NotificationChoice(
        person_id=who.id, types=list(AT_FIRST), of_all=False, language=ENGLISH
    )


def choose(
    session: Session, who: Person, asked: ChoiceIn, language: str | None = None
) -> NotificationChoice:
    """`language`: that of the page, in which messages come from now on."""
    kept = session.merge(choice_of(session, who))
    kept.types, kept.of_all = list(asked.types), asked.of_all
    kept.language = language or kept.language
    session.flush()
    return kept


def destinations_of(who: Person) -> Select[NotificationDestination]:
    return select(NotificationDestination).where(NotificationDestination.person_id == who.id)


def get(session: Session, who: Person, destination_id: DestinationId) -> NotificationDestination:
    """Raises NotFound if there is none, or it is somebody else's."""
    mine = destinations_of(who).where(NotificationDestination.id == destination_id)
    found = session.scalar(mine)
    if found is None:
        raise NotFound("notification destination", destination_id)
    return found


def add(
    session: Session, who: Person, asked: Checked, language: str | None = None
) -> NotificationDestination:
    """Keep what was `checked`. Raises Conflict where there are as many as one may have."""
    count = session.scalar(select(func.count()).select_from(destinations_of(who).subquery()))
    if (count or 0) >= MOST_DESTINATIONS:
        raise Conflict(
            "too_many_destinations",
            "There are enough destinations",
            f"A person has {MOST_DESTINATIONS} at most. Take one away that you don’t need.",
        )
    kept = session.merge(choice_of(session, who))  # from now on there is something to be told
    kept.language = language or kept.language
    made = NotificationDestination(
        person_id=who.id,
        way=asked.way,
        service=asked.service,
        target=asked.target,
        shown=asked.shown,
    )
    session.add(made)
    session.flush()
    audit.record(session, who, Act.DESTINATION_ADDED, made.id, service=made.service)
    return made


def remove(session: Session, who: Person, destination_id: DestinationId) -> None:
    """The destination, and all that was or was to be sent there. Raises NotFound."""
    found = get(session, who, destination_id)
    audit.record(session, who, Act.DESTINATION_REMOVED, found.id, service=found.service)
    session.delete(found)


def test(session: Session, who: Person, destination_id: DestinationId) -> Notification:
    """A message that says nothing but that it came; on its way in a moment.

    Raises NotFound; TooMany where one was sent a moment ago.
    """
    found = get(session, who, destination_id)
    since = utc_now() - timedelta(seconds=TEST_EVERY_SECONDS)
    of_late = notifications_of(who).where(
        Notification.destination_id == found.id,
        Notification.type == WebhookKind.TEST,
        Notification.created_at > since,
    )
    if session.scalars(of_late.limit(1)).one_or_none() is not None:
        raise TooMany(
            "too_many_tests",
            "A test was sent a moment ago",
            f"Look at what came of it below; another can be sent after {TEST_EVERY_SECONDS} s.",
            TEST_EVERY_SECONDS,
        )
    made = Notification(
        person_id=who.id,
        destination_id=found.id,
        type=WebhookKind.TEST,
        body=message(WebhookKind.TEST, {"destination_id": found.id}),
    )
    session.add(made)
    session.flush()
    return made


def notifications_of(who: Person) -> Select[Notification]:
    return select(Notification).where(Notification.person_id == who.id)


def last_of_each(who: Person) -> Select[Notification]:
    """The newest message to each destination that was ever sent one."""
    newest = notifications_of(who).with_only_columns(func.max(Notification.id))
    return select(Notification).where(
        Notification.id.in_(newest.group_by(Notification.destination_id))
    )
