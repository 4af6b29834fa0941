"""The way of a message: claimed by one sender, tried, and delivered, tried again or given up.

Many servers may send at once. Whoever moves `next_try_at` has the message until that moment; one
that dies with it leaves it to the next, so that a message may come twice but is never lost.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.clock import utc_now
from backend.delivering.schedule import wait_seconds
from backend.delivering.tables import Delivery, DeliveryState
from backend.ids import Id
from backend.problems import Conflict

CLAIM_SECONDS = 60.0
"""Longer than a try can take."""

KEPT_DAYS = 30

DeliveryT = TypeVar("DeliveryT", bound=Delivery)


@dataclass(frozen=True, kw_only=True)
class Due:
    """A message that waits, and the token by which one may take it."""

    id: Any
    token: datetime


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A message that this sender has, until `until`. `receiver_id`: whom it goes to."""

    id: Any
    receiver_id: Id
    body: str
    tries: int
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a try: it was taken, the answer's status, or why there was none.

    `is_final`: another try would be in vain.
    """

    status: int | None = None
    error: str | None = None
    is_taken: bool = False
    is_final: bool = False

    @property
    def is_good(self) -> bool:
        return self.is_taken or (self.status is not None and 200 <= self.status < 300)


@dataclass(frozen=True, kw_only=True)
class Outbox(Generic[DeliveryT]):
    """A table of messages, with the columns that say which and to whom."""

    table: type[DeliveryT]
    id: InstrumentedAttribute[Any]
    receiver_id: InstrumentedAttribute[Any]

    def due(self, session: Session, but: Collection[Any]) -> Due | None:
        """The message that has waited longest; none to these receivers, which are busy."""
        query = (
            select(self.id, self.table.next_try_at)
            .where(
                self.table.state == DeliveryState.PENDING,
                self.table.next_try_at <= utc_now(),
                self.receiver_id.not_in(but),
            )
            .order_by(self.table.next_try_at)
            .limit(1)
        )
        row = session.execute(query).one_or_none()
        return None if row is None else Due(id=row[0], token=row[1])

    def take(self, session: Session, due: Due) -> datetime | None:
        """Take a message that is due: until when one has it, None where another was first."""
        until = utc_now() + timedelta(seconds=CLAIM_SECONDS)
        values = {"tries": self.table.tries + 1, "next_try_at": until}
        return until if self._move(session, due.id, due.token, **values) else None

    def record(self, session: Session, claimed: Claimed, outcome: Outcome) -> DeliveryState | None:
        """Keep what came of a try; None where another sender has the message by now."""
        now = utc_now()
        told = {"last_status": outcome.status, "last_error": outcome.error and outcome.error[:300]}
        wait = wait_seconds(claimed.tries)
        when: dict[str, datetime] = {}
        if outcome.is_good:
            state, when = DeliveryState.DELIVERED, {"delivered_at": now}
        elif wait is None or outcome.is_final:
            state = DeliveryState.FAILED
        else:
            state, when = DeliveryState.PENDING, {"next_try_at": now + timedelta(seconds=wait)}
        is_ours = self._move(session, claimed.id, claimed.until, state=state, **when, **told)
        return state if is_ours else None

    def give_up(self, session: Session, receiver_id: Id, reason: str) -> None:
        """Nothing that waits for this receiver is tried any more."""
        session.execute(
            update(self.table)
            .where(self.receiver_id == receiver_id, self.table.state == DeliveryState.PENDING)
            .values(state=DeliveryState.FAILED, last_error=reason)
        )

    def sweep(self, session: Session) -> None:
        """Forget what was settled long ago."""
        before = utc_now() - timedelta(days=KEPT_DAYS)
        session.execute(
            delete(self.table).where(
                self.table.state != DeliveryState.PENDING, self.table.created_at < before
            )
        )

    def _move(self, session: Session, delivery_id: Any, token: datetime, **values: Any) -> bool:
        """Write to a message whose token is still this one. False where it moved on meanwhile."""
        moved = session.execute(
            update(self.table)
            .where(
                self.id == delivery_id,
                self.table.state == DeliveryState.PENDING,
                self.table.next_try_at == token,
            )
            .values(values)
            .returning(self.id)
            .execution_options(synchronize_session=False)
        )
        return moved.one_or_none() is not None


def send_again(delivery: Delivery) -> None:
    """From the schedule's start, under the same id. Raises Conflict where it is on its way anyhow."""
    if delivery.state is DeliveryState.PENDING and delivery.tries == 0:
        raise Conflict("on_its_way", "This is on its way", "It has not even been tried yet.")
    delivery.state, delivery.tries, delivery.next_try_at = DeliveryState.PENDING, 0, utc_now()
    delivery.delivered_at = None
