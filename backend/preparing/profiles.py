"""Profiles of versions: asked for once, made by a job, kept as long as the version."""

import hashlib
import json
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.broker import Broker
from backend.clock import utc_now
from backend.datasets.profile import ProfileSettings
from backend.datasets.tables import DatasetVersion, Profile
from backend.ids import VersionId
from backend.runs import jobs
from backend.runs.states import JobKind, JobStatus
from backend.runs.tables import Job


@dataclass(frozen=True, kw_only=True)
class Profiled:
    """A profile, and the job that makes it or has made it."""

    profile: Profile
    job: Job | None


def ask(
    session: Session,
    who: Person,
    broker: Broker,
    version: DatasetVersion,
    settings: ProfileSettings,
) -> Profile:
    """The profile of these settings: the one that there is, or one that a job makes from now on.

    Twice is once; where the job has failed or was stopped, asking again queues another.
    """
    digest = _hash(settings)
    profile = session.scalar(
        select(Profile).where(Profile.version_id == version.id, Profile.settings_hash == digest)
    )
    if profile is None:
        profile = Profile(
            project_id=who.project_id,
            version_id=version.id,
            settings=settings.model_dump(mode="json"),
            settings_hash=digest,
        )
        session.add(profile)
        session.flush()
    profile.created_at = utc_now()  # the one that was asked for last is the one to show
    if profile.result is None and not _is_under_way(session, profile):
        payload = {"profile_id": profile.id, "version_id": version.id}
        profile.job_id = jobs.enqueue(session, who, broker, JobKind.PROFILE, payload).id
    session.flush()
    return profile


def newest(session: Session, who: Person, version_id: VersionId) -> Profile | None:
    """The profile that was asked for last, whether it is made yet or not."""
    return session.scalars(_of(who, version_id)).first()


def made(session: Session, who: Person, version_id: VersionId) -> list[Profile]:
    """Those that are made, the last that was asked for first."""
    return [each for each in session.scalars(_of(who, version_id)) if each.result is not None]


def with_job(session: Session, profile: Profile) -> Profiled:
    job = session.get(Job, profile.job_id) if profile.job_id else None
    return Profiled(profile=profile, job=job)


def _of(who: Person, version_id: VersionId) -> Select[Profile]:
    return (
        select(Profile)
        .where(Profile.project_id == who.project_id, Profile.version_id == version_id)
        .order_by(Profile.created_at.desc(), Profile.id.desc())
    )


def _is_under_way(session: Session, profile: Profile) -> bool:
    job = session.get(Job, profile.job_id) if profile.job_id else None
    ended_in_vain = (JobStatus.FAILED, JobStatus.CANCELLED)
    return job is not None and job.status not in ended_in_vain


def _hash(settings: ProfileSettings) -> str:
    canonical = json.dumps(settings.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
