"""Endpoints of webhooks, and what is or was to be delivered to them: the outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.clock import utc_now
from backend.db import Base
from backend.delivering.tables import Delivery
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


class WebhookDelivery(Delivery, Base):
    """One message to one endpoint; `body` is signed and sent as it is, byte for byte."""

    __tablename__ = "webhook_deliveries"

    id: Mapped[WebhookDeliveryId] = mapped_column(primary_key=True, default=WebhookDeliveryId.new)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"), index=True)
    endpoint_id: Mapped[WebhookEndpointId] = mapped_column(
        ForeignKey("webhook_endpoints.id", ondelete="CASCADE")
    )

    endpoint: Mapped[WebhookEndpoint] = relationship(lazy="raise")

    __table_args__ = (
        Index("ix_webhook_deliveries_due", "state", "next_try_at"),
        Index("ix_webhook_deliveries_endpoint_id", "endpoint_id", "id"),
    )
