"""Endpoints of webhooks, and what is or was to be delivered to them: the outbox."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.clock import utc_now
from backend.db import Base
from backend.ids import ProjectId, WebhookDeliveryId, WebhookEndpointId
from backend.keyring import Sealed
from backend.webhooks.kinds import WebhookKind


class WebhookEndpoint(Base):
    """An address that is told what happens in a project. While `old_secret` is valid, both sign."""

    __tablename__ = "webhook_endpoints"

    id: Mapped[WebhookEndpointId] = mapped_column(primary_key=True, default=WebhookEndpointId.new)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"), index=True)
    url: Mapped[str] = mapped_column(String(2_000))
    types: Mapped[list[Any]]  # empty: all
    description: Mapped[str] = mapped_column(String(200), default="")
    secret: Mapped[Sealed]
    old_secret: Mapped[Sealed | None]
    old_secret_until: Mapped[datetime | None]
    is_enabled: Mapped[bool] = mapped_column(default=True)
    disabled_reason: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    def hears(self, kind: WebhookKind) -> bool:
        return not self.types or kind in self.types


class DeliveryState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class WebhookDelivery(Base):
    """One message to one endpoint. Its id is the message's: the same at each try.

    `next_try_at` is also the token of whoever tries: each claim moves it, so that a write by any
    other changes nothing.
    """

    __tablename__ = "webhook_deliveries"

    id: Mapped[WebhookDeliveryId] = mapped_column(primary_key=True, default=WebhookDeliveryId.new)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"), index=True)
    endpoint_id: Mapped[WebhookEndpointId] = mapped_column(
        ForeignKey("webhook_endpoints.id", ondelete="CASCADE")
    )
    type: Mapped[str] = mapped_column(String(40))  # a WebhookKind
    body: Mapped[str] = mapped_column(Text)  # as it is signed and sent, byte for byte
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.PENDING)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_status: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    delivered_at: Mapped[datetime | None]

    endpoint: Mapped[WebhookEndpoint] = relationship(lazy="raise")

    __table_args__ = (
        Index("ix_webhook_deliveries_due", "state", "next_try_at"),
        Index("ix_webhook_deliveries_endpoint_id", "endpoint_id", "id"),
    )
