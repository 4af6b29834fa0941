"""Several hosts at one attempt: one leads it and holds the job, others of its queue join it.

All that they say to each other goes through rows, so that the database stays the truth: the leader
opens a place to meet, helpers take their places, the leader counts the ranks. A helper beats as a
job does; its part is fenced by its worker's id, and ends with the attempt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend.ids import JobId, WorkerId
from backend.runs.claims import AttemptLost, Claim
from backend.runs.states import JobKind, JobStatus
from backend.runs.tables import Attempt, AttemptHelper, Job


@dataclass(frozen=True, kw_only=True)
class Part:
    """A helper's share of an attempt, and what fences it."""

    job_id: JobId
    kind: JobKind
    attempt: int
    place: int
    worker_id: WorkerId


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """Where the ranks meet, how many there are, and the first of this host."""

    address: str
    port: int
    ranks: int
    first_rank: int


@dataclass(frozen=True, kw_only=True)
class HelperNow:
    """A helper as its leader sees it. `exit_code` is None while its processes work."""

    place: int
    first_rank: int
    beat: int
    wants_stop: bool
    exit_code: int | None


def open_meeting(session: Session, claim: Claim, address: str, port: int) -> None:
    """From now on helpers may join."""
    session.execute(_attempt(claim.job_id, claim.attempt).values(address=address, port=port))


def join(session: Session, queues: Sequence[str], worker_id: WorkerId, ranks: int) -> Part | None:
    """Take a place in an attempt of these queues that waits for hosts; None if there is none."""
    waiting = (
        select(Job.id, Job.kind, Job.attempt, Job.hosts)
        .join(Attempt, (Attempt.job_id == Job.id) & (Attempt.n == Job.attempt))
        .where(
            Job.status == JobStatus.RUNNING,
            Job.queue.in_(queues),
            Job.wish.is_(None),
            Job.worker_id != worker_id,
            Attempt.address.is_not(None),
            Attempt.ranks.is_(None),
        )
        .order_by(Job.created_at)
        .with_for_update()
    )
    for job_id, kind, attempt, hosts in session.execute(waiting).all():
        there = session.scalar(
            select(func.count()).where(AttemptHelper.job_id == job_id, AttemptHelper.n == attempt)
        )
        if (place := (there or 0) + 1) < hosts:
            session.add(
                AttemptHelper(
                    job_id=job_id, n=attempt, place=place, worker_id=worker_id, ranks=ranks
                )
            )
            session.flush()
            return Part(job_id=job_id, kind=kind, attempt=attempt, place=place, worker_id=worker_id)
    return None


def gather(session: Session, claim: Claim, ranks: int) -> int | None:
    """How many ranks there are, the leader's `ranks` among them, once all hosts have joined; None
    before that. From then on nobody else may join."""
    mine = (AttemptHelper.job_id == claim.job_id) & (AttemptHelper.n == claim.attempt)
    helpers = session.scalars(select(AttemptHelper).where(mine).order_by(AttemptHelper.place)).all()
    if len(helpers) < claim.hosts - 1:
        return None
    total = ranks
    for helper in helpers:
        helper.first_rank = total
        total += helper.ranks
    session.execute(_attempt(claim.job_id, claim.attempt).values(ranks=total))
    return total


def meeting_of(session: Session, part: Part) -> Meeting | None:
    """Where and among how many this helper's ranks meet; None while others are awaited."""
    row = session.execute(
        select(Attempt.address, Attempt.port, Attempt.ranks, AttemptHelper.first_rank)
        .join(
            AttemptHelper,
            (AttemptHelper.job_id == Attempt.job_id) & (AttemptHelper.n == Attempt.n),
        )
        .where(
            Attempt.job_id == part.job_id,
            Attempt.n == part.attempt,
            AttemptHelper.place == part.place,
        )
    ).one()
    if row.ranks is None:
        return None
    return Meeting(address=row.address, port=row.port, ranks=row.ranks, first_rank=row.first_rank)


def beat(session: Session, part: Part, *, wants_stop: bool, exit_code: int | None = None) -> None:
    """Say that this helper lives, what it wants, and how its processes ended if they have.

    Raises AttemptLost where the attempt is over, or its place is another's.
    """
    goes_on = select(Job.id).where(
        Job.id == part.job_id, Job.attempt == part.attempt, Job.status == JobStatus.RUNNING
    )
    values: dict[str, Any] = {"beat": AttemptHelper.beat + 1, "wants_stop": wants_stop}
    values |= {} if exit_code is None else {"exit_code": exit_code}
    beaten = (
        update(AttemptHelper)
        .where(
            AttemptHelper.job_id == part.job_id,
            AttemptHelper.n == part.attempt,
            AttemptHelper.place == part.place,
            AttemptHelper.worker_id == part.worker_id,
            goes_on.exists(),
        )
        .values(values)
        .returning(AttemptHelper.place)
        .execution_options(synchronize_session=False)
    )
    if session.execute(beaten).one_or_none() is None:
        raise AttemptLost(part.job_id)


def helpers(session: Session, claim: Claim) -> list[HelperNow]:
    """Those of this attempt, by their places."""
    query = select(AttemptHelper).where(
        AttemptHelper.job_id == claim.job_id, AttemptHelper.n == claim.attempt
    )
    return [
        HelperNow(
            place=each.place,
            first_rank=each.first_rank or 0,
            beat=each.beat,
            wants_stop=each.wants_stop,
            exit_code=each.exit_code,
        )
        for each in session.scalars(query.order_by(AttemptHelper.place))
    ]


def _attempt(job_id: JobId, n: int) -> Any:
    return update(Attempt).where(Attempt.job_id == job_id, Attempt.n == n)
