"""What one can do about what a model lost: look, and blend. No HTTP here."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.broker import Broker
from backend.catalog.general_sets import GENERAL_SETS
from backend.ids import ModelId
from backend.models import work
from backend.models.schemas import BlendOut
from backend.problems import Invalid, Pointer, Problem
from backend.proof.schemas import GuardOut
from backend.runs.schemas import JobOut
from backend.runs.states import JobKind
from backend.runs.tables import Job


@dataclass(frozen=True, kw_only=True)
class Guarded:
    """The newest look and the newest blending, and what the newest that ended well have found."""

    guard: JobOut | None
    found: GuardOut | None
    blend: JobOut | None
    blended: BlendOut | None


def guard(
    session: Session, who: Person, broker: Broker, model_id: ModelId, names: Sequence[str]
) -> Job:
    """Measure a model and its base on general sets; by default on the usual ones.

    Raises NotFound if `who` may not see it, Invalid for a set that there isn't.
    """
    for place, name in enumerate(names):
        if name not in GENERAL_SETS:
            raise Invalid(
                Problem(
                    code="unknown_set",
                    title="There is no such general set",
                    detail=f"{name!r} isn't one of {', '.join(GENERAL_SETS)}.",
                    at=Pointer("/sets") / place,
                )
            )
    sets = [
        name
        for name, row in GENERAL_SETS.items()
        if name in names or (not names and row.is_default)
    ]
    return work.begin(session, who, broker, JobKind.GUARD, model_id, {"sets": sets})


def blend(session: Session, who: Person, broker: Broker, model_id: ModelId) -> Job:
    """Make a model between this one and its base.

    Raises NotFound if `who` may not see it.
    """
    return work.begin(session, who, broker, JobKind.BLEND, model_id, {})


def newest(session: Session, who: Person, model_id: ModelId) -> Guarded:
    """What was found stays, while a newer look is under way or after it has failed."""
    looked, mixed = (
        work.newest(session, who, model_id, kind) for kind in (JobKind.GUARD, JobKind.BLEND)
    )
    found, blended = (
        work.newest_done(session, who, model_id, kind) for kind in (JobKind.GUARD, JobKind.BLEND)
    )
    return Guarded(
        guard=JobOut.model_validate(looked) if looked else None,
        found=GuardOut.model_validate(found.result) if found else None,
        blend=JobOut.model_validate(mixed) if mixed else None,
        blended=BlendOut.model_validate(blended.result) if blended else None,
    )
