"""Projects: what isolates one group's data from another's."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from backend.clock import utc_now
from backend.db import Base
from backend.ids import ProjectId


class Project(Base):
    __tablename__ = "projects"

    id: Mapped[ProjectId] = mapped_column(primary_key=True, default=ProjectId.new)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
