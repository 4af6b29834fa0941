"""What people want to be told, where, and what is on its way to them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.clock import utc_now
from backend.db import Base
from backend.delivering.tables import Delivery
from backend.ids import DestinationId, NotificationId, PersonId, ProjectId
from backend.keyring import Sealed
from backend.webhooks.kinds import WebhookKind


class Way(StrEnum):
    """How a destination is reached: by the studio's own mail server, or by an Apprise URL."""

    EMAIL = "email"
    APPRISE = "apprise"


class NotificationChoice(Base):
    """What one person wants to be told. `of_all`: of everybody's runs in their projects; else of
    those that they began. `language` is that of the page where they last chose."""

    __tablename__ = "notification_choices"

    person_id: Mapped[PersonId] = mapped_column(primary_key=True)
    types: Mapped[list[Any]]  # of WebhookKind
    of_all: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(10))

    def hears(self, kind: WebhookKind) -> bool:
        return kind in self.types


class NotificationDestination(Base):
    """One place where one person is told. `shown` is what may be shown of it, without secrets."""

    __tablename__ = "notification_destinations"

    id: Mapped[DestinationId] = mapped_column(primary_key=True, default=DestinationId.new)
    person_id: Mapped[PersonId] = mapped_column(index=True)
    way: Mapped[Way]
    service: Mapped[str] = mapped_column(String(60))
    target: Mapped[Sealed]  # the address, or the URL
    shown: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Notification(Delivery, Base):
    """One message to one destination; `body` is what webhooks are sent, put into words when it is
    sent."""

    __tablename__ = "notifications"

    id: Mapped[NotificationId] = mapped_column(primary_key=True, default=NotificationId.new)
    person_id: Mapped[PersonId]
    project_id: Mapped[ProjectId | None] = mapped_column(ForeignKey("projects.id"))
    destination_id: Mapped[DestinationId] = mapped_column(
        ForeignKey("notification_destinations.id", ondelete="CASCADE")
    )

    destination: Mapped[NotificationDestination] = relationship(lazy="raise")

    __table_args__ = (
        Index("ix_notifications_due", "state", "next_try_at"),
        Index("ix_notifications_destination_id", "destination_id", "id"),
        Index("ix_notifications_person_id", "person_id", "id"),
    )
