"""Who somebody is elsewhere: linked by what the provider promises never to give to another."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.clock import utc_now
from backend.db import Base
from backend.ids import PersonId


class ExternalIdentity(Base):
    __tablename__ = "external_identities"

    issuer: Mapped[str] = mapped_column(String(500), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    user_id: Mapped[PersonId] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    linked_at: Mapped[datetime] = mapped_column(default=utc_now)
