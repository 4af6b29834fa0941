"""The machines that train: who they are, and how fast they have measured themselves to be."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.clock import utc_now
from backend.recipes.estimate.speed import Speed
from backend.runs.tables import Machine


def seen(session: Session, host: str, device: str, ranks: int) -> bool:
    """A worker for trainings is there; True where its machine has not measured itself yet."""
    machine = session.get(Machine, (host, device))
    if machine is None:
        machine = Machine(host=host, device=device)
        session.add(machine)
    machine.ranks = ranks
    machine.seen_at = utc_now()
    session.flush()
    return machine.measured_at is None


def measured(session: Session, host: str, speed: Speed) -> None:
    """Keep what a machine says of itself. Where it has said so before, the new one counts."""
    machine = session.get(Machine, (host, speed.device))
    if machine is None:
        machine = Machine(host=host, device=speed.device)
        session.add(machine)
    machine.speed = speed.model_dump(mode="json")
    machine.measured_at = utc_now()
    session.flush()


def newest(session: Session) -> Machine | None:
    """The one whose worker came last: the next training is most likely its."""
    return session.scalar(select(Machine).order_by(Machine.seen_at.desc()).limit(1))


def stamp(measured_at: datetime | None) -> str | None:
    """By which measure something was reckoned."""
    return measured_at.isoformat() if measured_at else None
