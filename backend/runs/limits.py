"""How many jobs may run at once: of a queue, over all of its workers, and of a kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.runs.states import JobKind, JobStatus
from backend.runs.tables import Job
from backend.settings import Settings


@dataclass(frozen=True)
class Reached:
    """What is at its limit now."""

    queues: frozenset[str] = frozenset()
    kinds: frozenset[JobKind] = frozenset()


@dataclass(frozen=True)
class Limits:
    """The most that may run at once; what is not named has no limit but the number of workers."""

    of_queue: Mapping[str, int] = field(default_factory=dict)
    of_kind: Mapping[JobKind, int] = field(default_factory=dict)

    def reached(self, session: Session, queues: Sequence[str]) -> Reached:
        """What is at its limit. Who asks holds off the others until its transaction ends: two that
        count at the same time would both find room for one."""
        named = [queue for queue in queues if queue in self.of_queue]
        if not named and not self.of_kind:
            return Reached()
        if session.get_bind().dialect.name != "sqlite":  # there BEGIN IMMEDIATE has done it
            session.execute(select(func.pg_advisory_xact_lock(func.hashtext("likewise:limits"))))
        running = (
            select(Job.queue, Job.kind, func.count())
            .where(Job.status == JobStatus.RUNNING)
            .group_by(Job.queue, Job.kind)
        )
        by_queue: dict[str, int] = {}
        by_kind: dict[JobKind, int] = {}
        for queue, kind, count in session.execute(running):
            by_queue[queue] = by_queue.get(queue, 0) + count
            by_kind[kind] = by_kind.get(kind, 0) + count
        return Reached(
            frozenset(q for q, most in self.of_queue.items() if by_queue.get(q, 0) >= most),
            frozenset(k for k, most in self.of_kind.items() if by_kind.get(k, 0) >= most),
        )


NO_LIMITS = Limits()


def limits_of(settings: Settings) -> Limits:
    """What the operator allows.

    Raises ValueError where a kind of job is named that there isn't.
    """
    kinds = {JobKind(kind): most for kind, most in settings.kind_limits.items()}
    return Limits(of_queue=settings.queue_limits, of_kind=kinds)
