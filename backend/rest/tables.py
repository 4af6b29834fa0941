"""Answers that are kept, so that a request sent twice is done once."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.clock import utc_now
from backend.db import Base
from backend.ids import PersonId, ProjectId


class KeptAnswer(Base):
    """What was answered to the request that a person sent with this key.

    `status` is empty while it is being done by `holder`. `body` is empty where the answer held a
    secret that is shown once.
    """

    __tablename__ = "kept_answers"

    project_id: Mapped[ProjectId] = mapped_column(primary_key=True)
    person_id: Mapped[PersonId] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    holder: Mapped[str] = mapped_column(String(40))
    claimed_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
