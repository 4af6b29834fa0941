"""What people asked to be told, written down in the transaction that makes it happen.

As for webhooks, both are kept, or neither. Here it is only decided who would hear of it; whether
they still may see it is asked again when it is sent.
"""

from sqlalchemy import exists, insert, or_, select
from sqlalchemy.orm import Session

from backend.accounts.people import THE_PERSON, THE_PROJECT
from backend.accounts.tables import Membership
from backend.ids import PersonId, ProjectId
from backend.notifications.kinds import NOTIFIED
from backend.notifications.tables import (
    Notification,
    NotificationChoice,
    NotificationDestination,
)
from backend.webhooks.kinds import WebhookKind


def notify(
    session: Session,
    project_id: ProjectId,
    kind: WebhookKind,
    body: str,
    person_id: PersonId | None,
) -> None:
    """Have each person told who is in the project and wants to hear of this. `person_id` is whose
    doing it is: most people want to hear of their own alone."""
    if kind not in NOTIFIED:
        return
    wanted, place = NotificationChoice, NotificationDestination
    is_member = exists().where(
        Membership.project_id == project_id, Membership.user_id == wanted.person_id
    )
    # Without accounts there is one person, who is in no list of members.
    is_the_person = wanted.person_id == THE_PERSON.id
    may_see = or_(is_member, is_the_person) if project_id == THE_PROJECT else is_member
    query = (
        select(wanted, place.id)
        .join(place, place.person_id == wanted.person_id)
        .where(may_see)
        .where(or_(wanted.of_all, wanted.person_id == person_id))
    )
    rows = [
        {
            "person_id": choice.person_id,
            "project_id": project_id,
            "destination_id": destination_id,
            "type": kind,
            "body": body,
        }
        for choice, destination_id in session.execute(query)
        if choice.hears(kind)
    ]
    if rows:
        session.execute(insert(Notification), rows)
