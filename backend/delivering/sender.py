"""Sends what an outbox holds: a thread in every server; the claims make many of them harmless.

One message at a time to a receiver, so that a slow one holds up nobody else.
"""

import threading
import time
from collections.abc import Collection
from functools import partial
from typing import Generic, Protocol, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from backend.delivering.outbox import Claimed, Due, Outcome
from backend.delivering.tables import DeliveryState
from backend.ids import Id
from backend.studio import Studio

log = structlog.get_logger()

MOST_AT_ONCE = 8
SWEEP_EVERY_SECONDS = 3_600.0

ClaimedT = TypeVar("ClaimedT", bound=Claimed)


class Line(Protocol[ClaimedT]):
    """One way by which messages go: where they wait, and how one is sent."""

    @property
    def name(self) -> str:
        """What one of its messages is called in the log."""
        ...

    def due(self, session: Session, but: Collection[Id]) -> Due | None: ...

    def claim(self, session: Session, due: Due) -> ClaimedT | None: ...

    def send(self, claimed: ClaimedT) -> Outcome:
        """Slow: no transaction may be open."""
        ...

    def record(
        self, session: Session, claimed: ClaimedT, outcome: Outcome
    ) -> DeliveryState | None: ...

    def sweep(self, session: Session) -> None: ...


class Sender(threading.Thread, Generic[ClaimedT]):
    """Looks every `poll_seconds`, and at once when a message has come through, until it is told to
    stop. A message that is on its way then is tried again by whoever sends next."""

    def __init__(self, studio: Studio, line: Line[ClaimedT]) -> None:
        super().__init__(name=f"{line.name} sender", daemon=True)
        self._studio = studio
        self._line = line
        self._stopping = False
        self._look = threading.Event()
        self._busy: set[Id] = set()

    def run(self) -> None:
        sweep_at = time.monotonic()
        while not self._stopping:
            self._look.clear()
            try:
                self._send_what_is_due()
                if time.monotonic() >= sweep_at:
                    sweep_at = time.monotonic() + SWEEP_EVERY_SECONDS
                    self._studio.database.retrying(self._line.sweep)
            except SQLAlchemyError as error:
                log.warning(
                    "a sender can't reach the database; tries again",
                    of=self._line.name,
                    error=str(error),
                )
            self._look.wait(self._studio.settings.poll_seconds)

    def stop(self) -> None:
        self._stopping = True
        self._look.set()

    def _send_what_is_due(self) -> None:
        while len(self._busy) < MOST_AT_ONCE and not self._stopping:
            with self._studio.database.reading() as session:
                due = self._line.due(session, tuple(self._busy))
            if due is None:
                return
            claimed = self._studio.database.retrying(partial(self._line.claim, due=due))
            if claimed is not None:
                self._busy.add(claimed.receiver_id)
                threading.Thread(target=self._send, args=(claimed,), daemon=True).start()

    def _send(self, claimed: ClaimedT) -> None:
        try:
            outcome = self._line.send(claimed)
            state = self._studio.database.retrying(
                partial(self._line.record, claimed=claimed, outcome=outcome)
            )
            log.info(
                "message tried",
                of=self._line.name,
                delivery_id=claimed.id,
                status=outcome.status,
                state=state,
            )
        except SQLAlchemyError as error:
            log.warning(
                "what came of a message was not kept; it is sent again",
                of=self._line.name,
                error=str(error),
            )
        finally:
            self._busy.discard(claimed.receiver_id)
            self._look.set()
