"""Sends what the outbox holds: a thread in every server; the claims make many of them harmless.

One message at a time to an endpoint, so that a slow one holds up nobody else.
"""

import threading
import time
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from backend.clock import utc_now
from backend.ids import WebhookDeliveryId, WebhookEndpointId
from backend.problems import Refusal
from backend.studio import Studio
from backend.web.outgoing import NotReached, Outgoing
from backend.webhooks import deliveries
from backend.webhooks.deliveries import Claimed, Outcome
from backend.webhooks.signing import signed_headers

log = structlog.get_logger()

MOST_AT_ONCE = 8
SWEEP_EVERY_SECONDS = 3_600.0


class Sender(threading.Thread):
    """Looks every `poll_seconds`, and at once when a message has come through, until it is told to
    stop. A message that is on its way then is tried again by whoever sends next."""

    def __init__(self, studio: Studio, outgoing: Outgoing) -> None:
        super().__init__(name="webhook sender", daemon=True)
        self._studio = studio
        self._outgoing = outgoing
        self._stopping = False
        self._look = threading.Event()
        self._busy: set[WebhookEndpointId] = set()

    def run(self) -> None:
        sweep_at = time.monotonic()
        while not self._stopping:
            self._look.clear()
            try:
                self._send_what_is_due()
                if time.monotonic() >= sweep_at:
                    sweep_at = time.monotonic() + SWEEP_EVERY_SECONDS
                    self._studio.database.retrying(deliveries.sweep)
            except SQLAlchemyError as error:
                log.warning("webhooks can't reach the database; tries again", error=str(error))
            self._look.wait(self._studio.settings.poll_seconds)

    def stop(self) -> None:
        self._stopping = True
        self._look.set()

    def _send_what_is_due(self) -> None:
        while len(self._busy) < MOST_AT_ONCE and not self._stopping:
            with self._studio.database.reading() as session:
                found = deliveries.due(session, tuple(self._busy))
            if found is None:
                return
            claimed = self._studio.database.retrying(partial(_claim, found=found))
            if claimed is not None:
                self._busy.add(claimed.endpoint_id)
                threading.Thread(target=self._send, args=(claimed,), daemon=True).start()

    def _send(self, claimed: Claimed) -> None:
        try:
            outcome = self._try(claimed)
            state = self._studio.database.retrying(
                lambda session: deliveries.record(session, claimed, outcome)
            )
            log.info("webhook tried", delivery_id=claimed.id, status=outcome.status, state=state)
        except SQLAlchemyError as error:
            log.warning("what came of a webhook was not kept; it is sent again", error=str(error))
        finally:
            self._busy.discard(claimed.endpoint_id)
            self._look.set()

    def _try(self, claimed: Claimed) -> Outcome:
        try:
            secrets = [self._studio.keyring.open(secret) for secret in claimed.secrets]
            headers = signed_headers(claimed.id, utc_now(), claimed.body, secrets)
            answer = self._outgoing.send(
                "POST", claimed.url, headers=headers, content=claimed.body.encode()
            )
        except NotReached as error:
            return Outcome(error=str(error))
        except Refusal as refusal:  # no key opens the secret
            return Outcome(error=refusal.problems[0].title)
        return Outcome(status=answer.status)


def _claim(session: Session, found: tuple[WebhookDeliveryId, datetime]) -> Claimed | None:
    return deliveries.claim(session, *found)
