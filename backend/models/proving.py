"""Opening *prove* for a model that was trained with it closed. No HTTP here."""

from sqlalchemy.orm import Session

from backend.accounts import audit
from backend.accounts.audit import Act
from backend.accounts.people import Person
from backend.broker import Broker
from backend.ids import ModelId
from backend.models import service, work
from backend.problems import Conflict
from backend.proof import judged
from backend.runs.states import JobKind
from backend.runs.tables import Job


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
