"""What one can do about what a model lost: look, and blend; and opening *prove*. No HTTP here."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.accounts import audit
from backend.accounts.audit import Act
from backend.accounts.people import Person
from backend.broker import Broker
from backend.catalog.general_sets import GENERAL_SETS
from backend.ids import ModelId
from backend.models import service, work
from backend.models.schemas import BlendOut
from backend.problems import Conflict, Invalid, Pointer, Problem
from backend.proof import judged
from backend.proof.schemas import KeptOut
from backend.runs.schemas import JobOut
from backend.runs.states import JobKind
from backend.runs.tables import Job


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The newest look and the newest blending, and what the newest that ended well have found."""

    guard: JobOut | None
    found: KeptOut | None
    blend: JobOut | None
    blended: BlendOut | None


def open_prove(session: Session, who: Person, broker: Broker, model_id: ModelId) -> Job:
    """Judge a model on *prove* that was trained with it closed: once, and it is written down.

    Raises NotFound if `who` may not see it, Conflict if it was opened for it already.
    """
    model = service.get(session, who, model_id)
    if (proof := judged.newest(session, model_id)) is not None:
        raise Conflict(
            "already_proved",
            "Prove was opened for this model already",
            f"That was at {proof.created_at:%Y-%m-%d %H:%M} UTC, and its verdict stands. To judge "
            "another model by the same rows, open it for that one.",
        )
    under_way = work.newest(session, who, model_id, JobKind.PROVE)
    if under_way is None or under_way.status.is_ended:
        audit.record(session, who, Act.PROVE_OPENED, model_id, name=model.name)
    return work.begin(session, who, broker, JobKind.PROVE, model_id, {})


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


def newest(session: Session, who: Person, model_id: ModelId) -> Kept:
    """What was found stays, while a newer look is under way or after it has failed."""
    looked, mixed = (
        work.newest(session, who, model_id, kind) for kind in (JobKind.GUARD, JobKind.BLEND)
    )
    found, blended = (
        work.newest_done(session, who, model_id, kind) for kind in (JobKind.GUARD, JobKind.BLEND)
    )
    return Kept(
        guard=JobOut.model_validate(looked) if looked else None,
        found=KeptOut.model_validate(found.result) if found else None,
        blend=JobOut.model_validate(mixed) if mixed else None,
        blended=BlendOut.model_validate(blended.result) if blended else None,
    )
