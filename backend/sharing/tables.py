"""Links by which a run is shown outside its project. A link's secret lies here as SHA-256 only."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.accounts.tables import DIGEST
from backend.clock import utc_now
from backend.db import Base
from backend.ids import PersonId, ProjectId, RunId, ShareId


class RunShare(Base):
    """Whoever is signed in and has the link sees this one run, until it expires or is withdrawn."""

    __tablename__ = "run_shares"

    id: Mapped[ShareId] = mapped_column(primary_key=True, default=ShareId.new)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"))
    run_id: Mapped[RunId] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(DIGEST, unique=True)
    made_by: Mapped[PersonId]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        return self.withdrawn_at is None and self.expires_at > utc_now()
