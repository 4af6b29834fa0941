"""What a message on its way is, to whomever it goes: the columns that every outbox has."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.clock import utc_now


class DeliveryState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Delivery:
    """One message to one receiver. Its id is the message's: the same at each try.

    `next_try_at` is also the token of whoever tries: each claim moves it, so that a write by any
    other changes nothing.
    """

    type: Mapped[str] = mapped_column(String(40))  # a WebhookKind
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.PENDING)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_status: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    delivered_at: Mapped[datetime | None]
