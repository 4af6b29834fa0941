"""The audit log: an act is written down in its own transaction, and so is one that was refused."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.accounts.people import NO_PROJECT, Person
from backend.accounts.tables import AuditEntry
from backend.ids import ProjectId


class Act(StrEnum):
    """What is written down. The text is what a person and a filter see; it stays."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    SIGNED_OUT_EVERYWHERE = "signed out everywhere"
    PASSWORD_CHANGED = "password changed"
    STUDIO_CLAIMED = "studio claimed"
    USER_CREATED = "user created"
    USER_CHANGED = "user changed"
    INVITED = "invited"
    INVITATION_REVOKED = "invitation revoked"
    INVITATION_ACCEPTED = "invitation accepted"
    PROJECT_CREATED = "project created"
    PROJECT_CHANGED = "project changed"
    MEMBER_SET = "member set"
    MEMBER_REMOVED = "member removed"
    TOKEN_CREATED = "token created"
    TOKEN_REVOKED = "token revoked"
    IDENTITY_LINKED = "identity linked"
    HUB_CONNECTED = "hub connected"
    HUB_DISCONNECTED = "hub disconnected"
    WEBHOOK_CREATED = "webhook created"
    WEBHOOK_CHANGED = "webhook changed"
    WEBHOOK_REMOVED = "webhook removed"
    WEBHOOK_SECRET_RENEWED = "webhook secret renewed"
    DESTINATION_ADDED = "notification destination added"
    DESTINATION_REMOVED = "notification destination removed"
    DATASET_DELETED = "dataset deleted"
    VERSION_DELETED = "version deleted"
    RUN_DELETED = "run deleted"
    RUN_SHARED = "run shared"
    SHARE_WITHDRAWN = "share withdrawn"
    MODEL_DELETED = "model deleted"
    PROVE_OPENED = "prove opened"
    PUBLISHING_BEGUN = "publishing begun"
    MODEL_PUBLISHED = "model published"  # it lies on the Hub
    ADMITTED = "admitted"  # only ever refused: a person asked for what they may not do


def record(
    session: Session,
    who: Person,
    act: str,
    target: str = "",
    *,
    is_done: bool = True,
    project_id: ProjectId | None = None,
    **details: Any,
) -> None:
    """Write it down with whatever else this transaction does. Never a secret in `details`."""
    session.add(
        AuditEntry(
            act=act,
            is_done=is_done,
            actor_id=who.id if who.is_known else None,
            actor=who.email,
            token_id=who.token_id,
            project_id=project_id or (None if who.project_id == NO_PROJECT else who.project_id),
            target=target[:254],
            address=who.address[:60],
            details=details,
        )
    )
    session.flush()


def newest(act: str | None = None, actor: str | None = None) -> Select[AuditEntry]:
    """All entries, or those of one act or one person's e-mail."""
    query = select(AuditEntry)
    if act is not None:
        query = query.where(AuditEntry.act == act)
    if actor is not None:
        query = query.where(AuditEntry.actor == actor.lower())
    return query
