"""Messages to endpoints: which are due, what a sender needs for one, and what was sent."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, joinedload

from backend.accounts.people import Person
from backend.clock import utc_now
from backend.delivering import outbox
from backend.delivering.outbox import Due, Outbox, Outcome
from backend.delivering.tables import DeliveryState
from backend.ids import Id, WebhookDeliveryId, WebhookEndpointId
from backend.keyring import Sealed
from backend.problems import Conflict, NotFound
from backend.webhooks.tables import WebhookDelivery, WebhookEndpoint

OUTBOX = Outbox(
    table=WebhookDelivery,
    id=WebhookDelivery.id,
    receiver_id=WebhookDelivery.endpoint_id,
)

GONE = 410
"""An endpoint that answers so wants no more."""


@dataclass(frozen=True, kw_only=True)
class Claimed(outbox.Claimed):
    """A message that this sender has, and all that it needs to send it."""

    url: str
    secrets: tuple[Sealed, ...]


def due(session: Session, but: Collection[Id]) -> Due | None:
    """The message that has waited longest; none of these endpoints, which are busy."""
    return OUTBOX.due(session, but)


def claim(session: Session, due: Due) -> Claimed | None:
    """Take a message that is due; None where another sender was first."""
    until = OUTBOX.take(session, due)
    if until is None:
        return None
    query = select(WebhookDelivery).options(joinedload(WebhookDelivery.endpoint))
    taken = session.scalars(query.where(WebhookDelivery.id == due.id)).one()
    return Claimed(
        id=taken.id,
        receiver_id=taken.endpoint_id,
        url=taken.endpoint.url,
        body=taken.body,
        secrets=_signers(taken.endpoint),
        tries=taken.tries,
        until=until,
    )


def _signers(endpoint: WebhookEndpoint) -> tuple[Sealed, ...]:
    until = endpoint.old_secret_until
    if endpoint.old_secret is None or until is None or until <= utc_now():
        return (endpoint.secret,)
    return (endpoint.secret, endpoint.old_secret)


def record(session: Session, claimed: Claimed, outcome: Outcome) -> DeliveryState | None:
    """Keep what came of a try; None where another sender has the message by now. An endpoint that
    is gone is switched off."""
    state = OUTBOX.record(session, claimed, outcome)
    if state is not None and outcome.status == GONE:
        _switch_off(session, WebhookEndpointId(claimed.receiver_id))
    return state


def _switch_off(session: Session, endpoint_id: WebhookEndpointId) -> None:
    reason = "it answered 410: it wants no more messages"
    session.execute(
        update(WebhookEndpoint)
        .where(WebhookEndpoint.id == endpoint_id)
        .values(is_enabled=False, disabled_reason=reason)
    )
    OUTBOX.give_up(session, endpoint_id, reason)


def deliveries_of(
    who: Person,
    endpoint_id: WebhookEndpointId | None = None,
    state: DeliveryState | None = None,
) -> Select[WebhookDelivery]:
    query = select(WebhookDelivery).where(WebhookDelivery.project_id == who.project_id)
    if endpoint_id is not None:
        query = query.where(WebhookDelivery.endpoint_id == endpoint_id)
    if state is not None:
        query = query.where(WebhookDelivery.state == state)
    return query


def last_of_each(who: Person) -> Select[WebhookDelivery]:
    """The newest message to each endpoint that was ever sent one."""
    newest = deliveries_of(who).with_only_columns(func.max(WebhookDelivery.id))
    return select(WebhookDelivery).where(
        WebhookDelivery.id.in_(newest.group_by(WebhookDelivery.endpoint_id))
    )


def redeliver(session: Session, who: Person, delivery_id: WebhookDeliveryId) -> WebhookDelivery:
    """Send a message once more, from the schedule's start, under the same id.

    Raises NotFound; Conflict where it is on its way anyhow, or its endpoint is switched off.
    """
    query = deliveries_of(who).options(joinedload(WebhookDelivery.endpoint))
    delivery = session.scalar(query.where(WebhookDelivery.id == delivery_id))
    if delivery is None:
        raise NotFound("webhook delivery", delivery_id)
    refuse_if_off(delivery.endpoint)
    outbox.send_again(delivery)
    session.flush()
    return delivery


def refuse_if_off(endpoint: WebhookEndpoint) -> None:
    """Raises Conflict where nothing is sent to this endpoint."""
    if not endpoint.is_enabled:
        raise Conflict(
            "endpoint_disabled",
            "This endpoint is switched off",
            "Switch it on first, under Settings, Webhooks; or PATCH it with is_enabled true.",
        )
