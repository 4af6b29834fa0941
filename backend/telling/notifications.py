"""How a notification is sent: in its person's language, if they still may see what it is about."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend.accounts.people import THE_PERSON
from backend.accounts.tables import Membership, User
from backend.delivering import outbox
from backend.delivering.outbox import Due, Outbox, Outcome
from backend.delivering.tables import DeliveryState
from backend.ids import Id, PersonId, ProjectId
from backend.keyring import Sealed
from backend.notifications import courier
from backend.notifications.courier import Letter
from backend.notifications.service import mail_url
from backend.notifications.tables import Notification, NotificationChoice, Way
from backend.problems import Refusal
from backend.studio import Studio
from backend.telling import words
from backend.web.languages import ENGLISH
from backend.webhooks.kinds import WebhookKind

OUTBOX = Outbox(table=Notification, id=Notification.id, receiver_id=Notification.destination_id)


@dataclass(frozen=True, kw_only=True)
class Claimed(outbox.Claimed):
    """A message that this sender has, and all that it needs to send it."""

    type: WebhookKind
    person_id: PersonId
    project_id: ProjectId | None
    way: Way
    target: Sealed


@dataclass(frozen=True)
class Notifications:
    """The line of the notifications, for a `backend.delivering.sender.Sender`."""

    studio: Studio
    name: str = "notification"

    def due(self, session: Session, but: Collection[Id]) -> Due | None:
        return OUTBOX.due(session, but)

    def claim(self, session: Session, due: Due) -> Claimed | None:
        until = OUTBOX.take(session, due)
        if until is None:
            return None
        query = select(Notification).options(joinedload(Notification.destination))
        taken = session.scalars(query.where(Notification.id == due.id)).one()
        return Claimed(
            id=taken.id,
            receiver_id=taken.destination_id,
            body=taken.body,
            tries=taken.tries,
            until=until,
            type=WebhookKind(taken.type),
            person_id=taken.person_id,
            project_id=taken.project_id,
            way=taken.destination.way,
            target=taken.destination.target,
        )

    def record(self, session: Session, claimed: Claimed, outcome: Outcome) -> DeliveryState | None:
        return OUTBOX.record(session, claimed, outcome)

    def sweep(self, session: Session) -> None:
        OUTBOX.sweep(session)

    def send(self, claimed: Claimed) -> Outcome:
        settings = self.studio.settings
        with self.studio.database.reading() as session:
            if not self._may_hear(session, claimed):
                return Outcome(error="you are no longer in its project", is_final=True)
            choice = session.get(NotificationChoice, claimed.person_id)
            language = choice.language if choice else ENGLISH
            said = words.notice(session, claimed.type, claimed.body, language)
        if said is None:
            return Outcome(error="what it was about has been deleted", is_final=True)
        letter = Letter(
            id=claimed.id,
            title=said.title,
            body=f"{said.body}\n\n{settings.address}{said.path}",
        )
        try:
            target = self.studio.keyring.open(claimed.target)
            if claimed.way is Way.APPRISE:
                return courier.send(target, letter, settings.outgoing_networks)
            server = mail_url(settings)
        except Refusal as refusal:  # no key opens it
            return Outcome(error=refusal.problems[0].title)
        if server is None:
            return Outcome(error="the operator has set no mail server")
        return courier.send(server, letter, is_operators=True, to=target)

    def _may_hear(self, session: Session, claimed: Claimed) -> bool:
        """Now, not when it happened: they may have left the project or the studio since."""
        if self.studio.settings.auth == "none":
            return claimed.person_id == THE_PERSON.id
        user = session.get(User, claimed.person_id)
        if user is None or user.disabled_at is not None:
            return False
        project_id = claimed.project_id
        return project_id is None or (
            session.get(Membership, (project_id, claimed.person_id)) is not None
        )
