"""A person's account at the Hub, by the token that they gave the studio for it."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from backend.clock import utc_now
from backend.db import Base
from backend.ids import PersonId
from backend.keyring import Sealed


class HubConnection(Base):
    """`name` is the account's, as the Hub told it; `role` is what the token may do there."""

    __tablename__ = "hub_connections"

    person_id: Mapped[PersonId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(40))
    token: Mapped[Sealed]
    last_four: Mapped[str] = mapped_column(String(4))
    connected_at: Mapped[datetime] = mapped_column(default=utc_now)
