"""Profiles and their review lists over REST."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from backend.accounts.current import MayRead, MayWrite
from backend.datasets import advice, facts, service
from backend.datasets.profile import ProfileResult, ProfileSettings
from backend.ids import JobId, ProfileId, VersionId
from backend.preparing import profiles, reviews
from backend.preparing.profiles import Profiled
from backend.preparing.reviews import AnswerIn, ReviewOut
from backend.problems import NotFound
from backend.rest.route import rest_router
from backend.runs.states import JobStatus
from backend.web.dependencies import DbSession, ReadSession, TheStudio

router = rest_router("datasets")


class ProfileOut(BaseModel):
    """A look at a version. `result` is null until its job has succeeded."""

    id: ProfileId
    version_id: VersionId
    settings: ProfileSettings
    job_id: JobId | None
    status: JobStatus
    progress: dict[str, Any] | None
    problem: dict[str, Any] | None = Field(description="Why its job failed.")
    result: ProfileResult | None
    created_at: datetime

    @classmethod
    def of(cls, made: Profiled) -> Self:
        profile, job = made.profile, made.job
        return cls(
            id=profile.id,
            version_id=profile.version_id,
            settings=ProfileSettings.model_validate(profile.settings),
            job_id=profile.job_id,
            status=job.status if job else JobStatus.SUCCEEDED,
            progress=job.progress if job else None,
            problem=job.problem if job else None,
            result=ProfileResult.model_validate(profile.result) if profile.result else None,
            created_at=profile.created_at,
        )


@router.post("/dataset-versions/{version_id}/profile", operation_id="askProfile", status_code=202)
def ask(
    version_id: VersionId,
    who: MayWrite,
    session: DbSession,
    studio: TheStudio,
    body: ProfileSettings | None = None,
) -> ProfileOut:
    """Have a version looked at. The same settings again give the same profile, at once if it is
    made; a job that failed is queued again."""
    version = service.get_version(session, who, version_id)
    settings = body or ProfileSettings()
    if settings.mapping is not None:
        advice.sound_mapping(facts.from_json(version.facts), settings.mapping)
    profile = profiles.ask(session, who, studio.broker, version, settings)
    return ProfileOut.of(profiles.with_job(session, profile))


@router.get("/dataset-versions/{version_id}/profile", operation_id="getProfile")
def show(version_id: VersionId, who: MayRead, session: ReadSession) -> ProfileOut:
    """The profile that was asked for last, with the status of its job."""
    service.get_version(session, who, version_id)
    profile = profiles.newest(session, who, version_id)
    if profile is None:
        raise NotFound("profile of this version", version_id)
    return ProfileOut.of(profiles.with_job(session, profile))


@router.get("/dataset-versions/{version_id}/review", operation_id="getReview")
def review(
    version_id: VersionId, who: MayRead, session: ReadSession, studio: TheStudio
) -> ReviewOut:
    """Wrong answers that the base model finds right, the likeliest first: is each right, too?"""
    version = service.get_version(session, who, version_id)
    return reviews.review_of(session, who, studio.storage, version)


@router.put(
    "/dataset-versions/{version_id}/review/{row}/{column:path}",
    operation_id="answerReview",
    status_code=204,
)
def answer(
    version_id: VersionId,
    row: int,
    column: str,
    body: AnswerIn,
    who: MayWrite,
    session: DbSession,
) -> None:
    """Say whether that answer is right, too. The last answer counts; nothing is deleted."""
    version = service.get_version(session, who, version_id)
    reviews.answer(session, who, version, row, column, body.answer)
