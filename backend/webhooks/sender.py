"""How a webhook is sent: signed, to the address of its endpoint, by the studio's way out."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.clock import utc_now
from backend.delivering.outbox import Due, Outcome
from backend.delivering.tables import DeliveryState
from backend.ids import Id
from backend.problems import Refusal
from backend.studio import Studio
from backend.web.outgoing import NotReached, Outgoing
from backend.webhooks import deliveries
from backend.webhooks.deliveries import Claimed
from backend.webhooks.signing import signed_headers


@dataclass(frozen=True)
class Webhooks:
    """The line of the webhooks, for a `backend.delivering.sender.Sender`."""

    studio: Studio
    outgoing: Outgoing
    name: str = "webhook"

    def due(self, session: Session, but: Collection[Id]) -> Due | None:
        return deliveries.due(session, but)

    def claim(self, session: Session, due: Due) -> Claimed | None:
        return deliveries.claim(session, due)

    def record(self, session: Session, claimed: Claimed, outcome: Outcome) -> DeliveryState | None:
        return deliveries.record(session, claimed, outcome)

    def sweep(self, session: Session) -> None:
        deliveries.OUTBOX.sweep(session)

    def send(self, claimed: Claimed) -> Outcome:
        try:
            secrets = [self.studio.keyring.open(secret) for secret in claimed.secrets]
            headers = signed_headers(claimed.id, utc_now(), claimed.body, secrets)
            answer = self.outgoing.send(
                "POST", claimed.url, headers=headers, content=claimed.body.encode()
            )
        except NotReached as error:
            return Outcome(error=str(error))
        except Refusal as refusal:  # no key opens the secret
            return Outcome(error=refusal.problems[0].title)
        return Outcome(status=answer.status, is_final=answer.status == deliveries.GONE)
