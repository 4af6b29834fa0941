"""Datasets and their versions. A version is immutable; its rows are a Parquet object, by hash."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.clock import utc_now
from backend.db import Base
from backend.ids import DatasetId, ProjectId, VersionId


class Dataset(Base):
    """A named collection of versions."""

    __tablename__ = "datasets"

    id: Mapped[DatasetId] = mapped_column(primary_key=True, default=DatasetId.new)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    versions: Mapped[list["DatasetVersion"]] = relationship(
        order_by="DatasetVersion.id.desc()", lazy="raise", back_populates="dataset"
    )


class DatasetVersion(Base):
    """One immutable table. `content_hash` is of its rows, `object_hash` of the Parquet that holds
    them; `parent_id` and `operation` say what it was made from."""

    __tablename__ = "dataset_versions"
    __table_args__ = (UniqueConstraint("project_id", "content_hash"),)

    id: Mapped[VersionId] = mapped_column(primary_key=True, default=VersionId.new)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"), index=True)
    dataset_id: Mapped[DatasetId] = mapped_column(ForeignKey("datasets.id"), index=True)
    parent_id: Mapped[VersionId | None] = mapped_column(ForeignKey("dataset_versions.id"))
    operation: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = mapped_column(String(64))
    object_hash: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int] = mapped_column(BigInteger)
    facts: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    dataset: Mapped[Dataset] = relationship(lazy="raise", back_populates="versions")
