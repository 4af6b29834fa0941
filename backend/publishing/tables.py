"""Publications: what of a model was shown before it left, and what became of it at the Hub."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.clock import utc_now
from backend.db import Base
from backend.ids import JobId, ModelId, ProjectId, PublicationId


class Publication(Base):
    """A preview, frozen: `files` with their SHA-256 and the `card` are what will leave, and nothing
    else does. `card_source` is the hash of the model's own card, from which the published one was
    made. `parent` is the commit that the repository stood at, null where there was none; `replaces`
    are the files there that have our names. `job_id` is null until somebody has it published,
    `commit` until it lies on the Hub and was compared.
    """

    __tablename__ = "publications"
    __table_args__ = (Index("ix_publications_newest", "project_id", "model_id", "id"),)

    id: Mapped[PublicationId] = mapped_column(primary_key=True, default=PublicationId.new)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"))
    model_id: Mapped[ModelId] = mapped_column(ForeignKey("models.id"))
    job_id: Mapped[JobId | None]
    repo: Mapped[str] = mapped_column(String(200))
    private: Mapped[bool]
    as_pull_request: Mapped[bool]
    with_samples: Mapped[bool]
    license: Mapped[str] = mapped_column(String(64))
    languages: Mapped[list[Any]]
    files: Mapped[list[Any]]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    card: Mapped[str] = mapped_column(Text)
    card_source: Mapped[str] = mapped_column(String(64))
    is_new_repo: Mapped[bool]
    parent: Mapped[str | None] = mapped_column(String(64))
    replaces: Mapped[list[Any]]
    commit: Mapped[str | None] = mapped_column(String(64))
    url: Mapped[str | None] = mapped_column(String(500))
    pull_request_url: Mapped[str | None] = mapped_column(String(500))
    served: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    published_at: Mapped[datetime | None]
