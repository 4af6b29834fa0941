"""The way of a message: claimed by one sender, tried, and delivered, tried again or given up.

Many servers may send at once. Whoever moves `next_try_at` has the message until that moment; one
that dies with it leaves it to the next, so that a message may come twice but is never lost.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from backend.accounts.people import Person
from backend.clock import utc_now
from backend.ids import WebhookDeliveryId, WebhookEndpointId
from backend.keyring import Sealed
from backend.problems import Conflict, NotFound
from backend.webhooks.schedule import wait_seconds
from backend.webhooks.tables import DeliveryState, WebhookDelivery, WebhookEndpoint

CLAIM_SECONDS = 60.0
"""Longer than a try can take."""

KEPT_DAYS = 30

GONE = 410


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A message that this sender has, until `until`, and all that it needs to send it."""

    id: WebhookDeliveryId
    endpoint_id: WebhookEndpointId
    url: str
    body: str
    secrets: tuple[Sealed, ...]
    tries: int
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a try: the answer's status, or why there was none."""

    status: int | None = None
    error: str | None = None

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def due(
    session: Session, but: Collection[WebhookEndpointId]
) -> tuple[WebhookDeliveryId, datetime] | None:
    """The message that has waited longest, and its token; none of these endpoints, which are busy."""
    query = (
        select(WebhookDelivery.id, WebhookDelivery.next_try_at)
        .where(
            WebhookDelivery.state == DeliveryState.PENDING,
            WebhookDelivery.next_try_at <= utc_now(),
            WebhookDelivery.endpoint_id.not_in(but),
        )
        .order_by(WebhookDelivery.next_try_at)
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else (row.id, row.next_try_at)


def claim(session: Session, delivery_id: WebhookDeliveryId, token: datetime) -> Claimed | None:
    """Take a message that is due; None where another sender was first."""
    until = utc_now() + timedelta(seconds=CLAIM_SECONDS)
    if not _move(session, delivery_id, token, tries=WebhookDelivery.tries + 1, next_try_at=until):
        return None
    query = select(WebhookDelivery).options(joinedload(WebhookDelivery.endpoint))
    taken = session.scalars(query.where(WebhookDelivery.id == delivery_id)).one()
    return Claimed(
        id=taken.id,
        endpoint_id=taken.endpoint_id,
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
    """Keep what came of a try; None where another sender has the message by now."""
    now = utc_now()
    told = {"last_status": outcome.status, "last_error": outcome.error and outcome.error[:300]}
    wait = wait_seconds(claimed.tries)
    if outcome.is_good:
        state, when = DeliveryState.DELIVERED, {"delivered_at": now}
    elif wait is None or outcome.status == GONE:
        state, when = DeliveryState.FAILED, {}
    else:
        state, when = DeliveryState.PENDING, {"next_try_at": now + timedelta(seconds=wait)}
    if not _move(session, claimed.id, claimed.until, state=state, **when, **told):
        return None
    if outcome.status == GONE:
        _switch_off(session, claimed.endpoint_id)
    return state


def _move(
    session: Session, delivery_id: WebhookDeliveryId, token: datetime, **values: object
) -> bool:
    """Write to a message whose token is still this one. False where it moved on meanwhile."""
    moved = session.execute(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.id == delivery_id,
            WebhookDelivery.state == DeliveryState.PENDING,
            WebhookDelivery.next_try_at == token,
        )
        .values(values)
        .returning(WebhookDelivery.id)
        .execution_options(synchronize_session=False)
    )
    return moved.one_or_none() is not None


def _switch_off(session: Session, endpoint_id: WebhookEndpointId) -> None:
    reason = "it answered 410: it wants no more messages"
    session.execute(
        update(WebhookEndpoint)
        .where(WebhookEndpoint.id == endpoint_id)
        .values(is_enabled=False, disabled_reason=reason)
    )
    give_up(session, endpoint_id, reason)


def give_up(session: Session, endpoint_id: WebhookEndpointId, reason: str) -> None:
    """Nothing that waits for this endpoint is tried any more."""
    session.execute(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.endpoint_id == endpoint_id,
            WebhookDelivery.state == DeliveryState.PENDING,
        )
        .values(state=DeliveryState.FAILED, last_error=reason)
    )


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
    if delivery.state is DeliveryState.PENDING and delivery.tries == 0:
        raise Conflict("on_its_way", "This is on its way", "It has not even been tried yet.")
    delivery.state, delivery.tries, delivery.next_try_at = DeliveryState.PENDING, 0, utc_now()
    delivery.delivered_at = None
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


def sweep(session: Session) -> None:
    """Forget what was settled long ago."""
    before = utc_now() - timedelta(days=KEPT_DAYS)
    session.execute(
        delete(WebhookDelivery).where(
            WebhookDelivery.state != DeliveryState.PENDING, WebhookDelivery.created_at < before
        )
    )
