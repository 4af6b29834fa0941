"""Datasets and their versions, files on their way in, and what was seen in a version.

A version is immutable; its rows are a Parquet object, by hash.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.clock import utc_now
from backend.db import Base
from backend.ids import DatasetId, JobId, ProfileId, ProjectId, UploadId, VersionId


class Dataset(Base):
    """A named collection of versions."""

    __tablename__ = "datasets"
    __table_args__ = (Index("ix_datasets_newest", "project_id", "id"),)

    id: Mapped[DatasetId] = mapped_column(primary_key=True, default=DatasetId.new)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str] = mapped_column(String(200))
    tags: Mapped[list[Any]] = mapped_column(default=list)
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


class DiscardedObject(Base):
    """Rows in the artifact store that a deleted version named; a sweep removes them, unless another
    version names them too."""

    __tablename__ = "discarded_objects"

    object_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    discarded_at: Mapped[datetime] = mapped_column(default=utc_now)


class Upload(Base):
    """A file that comes in parts, so that a broken line costs one part. The parts lie in the data
    folder, `uploads/{id}`, until the file is read or nobody has sent for a day."""

    __tablename__ = "uploads"

    id: Mapped[UploadId] = mapped_column(primary_key=True, default=UploadId.new)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(400))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    part_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))  # what its owner says it is
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    completed_at: Mapped[datetime | None]


class Profile(Base):
    """What a job saw in a version, for these settings: mapping, base model, how many rows.

    `result` is empty until the job has succeeded.
    """

    __tablename__ = "profiles"
    __table_args__ = (UniqueConstraint("version_id", "settings_hash"),)

    id: Mapped[ProfileId] = mapped_column(primary_key=True, default=ProfileId.new)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"), index=True)
    version_id: Mapped[VersionId] = mapped_column(ForeignKey("dataset_versions.id"))
    settings: Mapped[dict[str, Any]]
    settings_hash: Mapped[str] = mapped_column(String(64))
    job_id: Mapped[JobId | None] = mapped_column(ForeignKey("jobs.id"))
    result: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class ReviewAnswer(Base):
    """A person's answer to one row of a review list; the last answer counts."""

    __tablename__ = "review_answers"

    version_id: Mapped[VersionId] = mapped_column(
        ForeignKey("dataset_versions.id"), primary_key=True
    )
    finding: Mapped[str] = mapped_column(String(40), primary_key=True)
    row: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    column: Mapped[str] = mapped_column(String(200), primary_key=True)
    project_id: Mapped[ProjectId] = mapped_column(ForeignKey("projects.id"), index=True)
    answer: Mapped[str] = mapped_column(String(10))  # yes, no or skip
    answered_at: Mapped[datetime] = mapped_column(default=utc_now)
