"""A version as if a worker had looked at it: what was noticed is given by the test."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from backend.accounts.people import THE_PERSON
from backend.datasets import service
from backend.datasets.findings.finding import Finding
from backend.datasets.profile import ProfileResult, ProfileSettings, Suspect
from backend.datasets.tables import Profile
from backend.ids import VersionId
from backend.preparing import profiles
from backend.recipes.schemas import Mapping
from backend.runs.states import JobStatus
from backend.runs.tables import Job
from backend.studio import Studio


def ask(studio: Studio, version_id: str, **settings: Any) -> None:
    """Ask for a look that nobody takes up."""
    with studio.database.writing() as session:
        version = service.get_version(session, THE_PERSON, VersionId(version_id))
        profiles.ask(session, THE_PERSON, studio.broker, version, ProfileSettings(**settings))


def notice(
    studio: Studio,
    version_id: str,
    mapping: Mapping,
    findings: list[Finding],
    suspects: tuple[Suspect, ...] = (),
) -> None:
    """End the look that was asked for, with what it saw."""
    with studio.database.writing() as session:
        found = session.scalars(select(Profile).where(Profile.version_id == version_id)).one()
        settings = ProfileSettings.model_validate(found.settings)
        rows = service.get_version(session, THE_PERSON, VersionId(version_id)).rows
        found.result = ProfileResult(
            settings=settings,
            mapping=mapping,
            rows=rows,
            looked_at=rows,
            is_sample=False,
            sentence="",
            columns=[],
            findings=findings,
            suspects=list(suspects),
        ).model_dump(mode="json")
        done = {"status": JobStatus.SUCCEEDED, "ended_at": datetime.now(UTC)}
        session.execute(update(Job).where(Job.id == found.job_id).values(**done))
