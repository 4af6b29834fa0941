"""Deleting data: what something came from can't be taken away under it.

Rows go at once; the file that held them a day later, unless another version has the same content.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import String, cast, delete, or_, select
from sqlalchemy.orm import Session

from backend.accounts import audit
from backend.accounts.audit import Act
from backend.accounts.people import Person
from backend.clock import utc_now
from backend.datasets import service
from backend.datasets.tables import (
    Dataset,
    DatasetVersion,
    DiscardedObject,
    Profile,
    ReviewAnswer,
)
from backend.ids import DatasetId, VersionId
from backend.problems import Conflict
from backend.runs.states import JobStatus
from backend.runs.tables import Job, Run, RunVersion
from backend.studio import Studio

KEPT_HOURS = 24
"""A worker may still read them, or be about to name the same rows anew."""

_NOT_ENDED = [status for status in JobStatus if not status.is_ended]


def delete_version(session: Session, who: Person, version_id: VersionId) -> None:
    """Delete a version that nothing came from.

    Raises NotFound if `who` may not see it, Conflict where a run, a version or a job hangs on it.
    """
    _delete(session, [service.get_version(session, who, version_id)])
    audit.record(session, who, Act.VERSION_DELETED, version_id)


def delete_dataset(session: Session, who: Person, dataset_id: DatasetId) -> None:
    """Delete a dataset with all its versions, where nothing outside came from them.

    Raises NotFound if `who` may not see it, Conflict where a run, a version or a job hangs on it.
    """
    dataset = service.get_dataset(session, who, dataset_id)
    _delete(session, dataset.versions)
    session.execute(delete(Dataset).where(Dataset.id == dataset_id))
    audit.record(session, who, Act.DATASET_DELETED, dataset_id, name=dataset.name)


def sweep(studio: Studio) -> None:
    """Remove the files of versions that were deleted a day ago."""
    with studio.database.reading() as session:
        query = select(DiscardedObject.object_hash).where(
            DiscardedObject.discarded_at < utc_now() - timedelta(hours=KEPT_HOURS)
        )
        for object_hash in list(session.scalars(query)):
            named = select(DatasetVersion.id).where(DatasetVersion.object_hash == object_hash)
            is_used = session.scalar(named.limit(1)) is not None
            if is_used or studio.storage.discard_file(object_hash, KEPT_HOURS * 3_600):
                _forget(studio, object_hash)


def _forget(studio: Studio, object_hash: str) -> None:
    done = delete(DiscardedObject).where(DiscardedObject.object_hash == object_hash)
    studio.database.retrying(lambda session: session.execute(done))


def _delete(session: Session, versions: Sequence[DatasetVersion]) -> None:
    ids = [version.id for version in versions]
    _refuse_what_hangs_on(session, ids)
    for table in (Profile, ReviewAnswer):
        session.execute(delete(table).where(table.version_id.in_(ids)))
    known = select(DiscardedObject.object_hash)
    hashes = {version.object_hash for version in versions} - set(session.scalars(known))
    session.add_all(DiscardedObject(object_hash=object_hash) for object_hash in sorted(hashes))
    for version in sorted(versions, key=lambda each: each.id, reverse=True):  # children first
        session.execute(delete(DatasetVersion).where(DatasetVersion.id == version.id))


def _refuse_what_hangs_on(session: Session, ids: Sequence[VersionId]) -> None:
    run = session.scalar(
        select(Run).join(RunVersion).where(RunVersion.version_id.in_(ids)).limit(1)
    )
    if run is not None:
        raise Conflict(
            "trained_on",
            "A run was trained on this",
            f"{run.name} ({run.id}) says by it what its model learned from. Delete the run first, "
            "or keep both.",
        )
    child = session.scalar(
        select(DatasetVersion)
        .where(DatasetVersion.parent_id.in_(ids), DatasetVersion.id.not_in(ids))
        .limit(1)
    )
    if child is not None:
        raise Conflict(
            "has_versions",
            "Another version was made from this one",
            f"{child.id} says by it how it was made. Delete that one first, or keep both.",
        )
    payload = cast(Job.payload, String)
    job = session.scalar(
        select(Job)
        .where(
            Job.status.in_(_NOT_ENDED),
            or_(*(payload.contains(each, autoescape=True) for each in ids)),
        )
        .limit(1)
    )
    if job is not None:
        raise Conflict(
            "in_use",
            "Work on this goes on",
            f"A {job.kind.value} job, {job.id}, is {job.status.value}. Stop it, or wait until it "
            "has ended.",
        )
