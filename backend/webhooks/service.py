"""What one can do with endpoints: make, change, remove, give a new secret, try.

Sealing and looking up hosts take a moment: `checked` and `sealed` come before the transaction.
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from backend.accounts import audit
from backend.accounts.audit import Act
from backend.accounts.people import Person
from backend.clock import utc_now
from backend.ids import WebhookEndpointId
from backend.keyring import Keyring, Sealed
from backend.problems import Conflict, Invalid, NotFound, Pointer, Problem
from backend.web.outgoing import NotReached, Outgoing
from backend.webhooks import deliveries
from backend.webhooks.kinds import WebhookKind
from backend.webhooks.outbox import message
from backend.webhooks.schemas import EndpointChange, EndpointIn
from backend.webhooks.signing import new_secret
from backend.webhooks.tables import WebhookDelivery, WebhookEndpoint

MOST_ENDPOINTS = 20
OLD_SECRET_HOURS = 24


@dataclass(frozen=True)
class Secret:
    """A new secret: as its receiver needs it, and as the database keeps it."""

    open: str
    sealed: Sealed


def sealed(keyring: Keyring) -> Secret:
    """Raises NoKey where there is none to seal it with."""
    secret = new_secret()
    return Secret(secret, keyring.seal(secret))


def checked(outgoing: Outgoing, url: str) -> str:
    """Raises Invalid if the studio would not call there."""
    try:
        outgoing.check(url)
    except NotReached as error:
        raise Invalid(
            Problem(
                code="address_refused",
                title="The studio can't call this address",
                detail=f"{str(error)[:1].upper()}{str(error)[1:]}. Name one that begins with "
                "https:// and that everybody can reach, or have the operator add its network to "
                "LIKEWISE_OUTGOING_NETWORKS.",
                at=Pointer("/url"),
            )
        ) from error
    return url


def create(session: Session, who: Person, asked: EndpointIn, secret: Secret) -> WebhookEndpoint:
    """Raises Conflict where the project has as many as it may have."""
    count = session.scalar(select(func.count()).select_from(endpoints_of(who).subquery()))
    if (count or 0) >= MOST_ENDPOINTS:
        raise Conflict(
            "too_many_endpoints",
            "There are enough endpoints",
            f"A project has {MOST_ENDPOINTS} at most. Remove one that nobody needs any more.",
        )
    endpoint = WebhookEndpoint(
        project_id=who.project_id,
        url=asked.url,
        types=list(asked.types),
        description=asked.description,
        secret=secret.sealed,
    )
    session.add(endpoint)
    session.flush()
    _record(session, who, Act.WEBHOOK_CREATED, endpoint)
    return endpoint


def _record(session: Session, who: Person, act: Act, endpoint: WebhookEndpoint) -> None:
    """With its host alone: the path of such an address is often as good as a password."""
    audit.record(session, who, act, endpoint.id, host=urlsplit(endpoint.url).hostname)


def get(session: Session, who: Person, endpoint_id: WebhookEndpointId) -> WebhookEndpoint:
    """Raises NotFound if there is none, or none that `who` may see."""
    endpoint = session.scalar(endpoints_of(who).where(WebhookEndpoint.id == endpoint_id))
    if endpoint is None:
        raise NotFound("webhook endpoint", endpoint_id)
    return endpoint


def endpoints_of(who: Person) -> Select[WebhookEndpoint]:
    return select(WebhookEndpoint).where(WebhookEndpoint.project_id == who.project_id)


def change(
    session: Session, who: Person, endpoint_id: WebhookEndpointId, asked: EndpointChange
) -> WebhookEndpoint:
    """Raises NotFound. What waits for an endpoint that is switched off is given up."""
    endpoint = get(session, who, endpoint_id)
    if asked.url is not None:
        endpoint.url = asked.url
    if asked.types is not None:
        endpoint.types = list(asked.types)
    if asked.description is not None:
        endpoint.description = asked.description
    if asked.is_enabled is not None:
        endpoint.is_enabled, endpoint.disabled_reason = asked.is_enabled, None
    session.flush()
    if not endpoint.is_enabled:
        deliveries.OUTBOX.give_up(session, endpoint.id, "the endpoint was switched off")
    _record(session, who, Act.WEBHOOK_CHANGED, endpoint)
    return endpoint


def remove(session: Session, who: Person, endpoint_id: WebhookEndpointId) -> None:
    """The endpoint, and all that was or was to be delivered to it. Raises NotFound."""
    endpoint = get(session, who, endpoint_id)
    _record(session, who, Act.WEBHOOK_REMOVED, endpoint)
    session.delete(endpoint)


def rotate_secret(
    session: Session, who: Person, endpoint_id: WebhookEndpointId, secret: Secret
) -> WebhookEndpoint:
    """A new secret. The one before signs beside it for a day more. Raises NotFound."""
    endpoint = get(session, who, endpoint_id)
    endpoint.old_secret = endpoint.secret
    endpoint.old_secret_until = utc_now() + timedelta(hours=OLD_SECRET_HOURS)
    endpoint.secret = secret.sealed
    session.flush()
    _record(session, who, Act.WEBHOOK_SECRET_RENEWED, endpoint)
    return endpoint


def test(session: Session, who: Person, endpoint_id: WebhookEndpointId) -> WebhookDelivery:
    """A message that says nothing but that it came; on its way in a moment.

    Raises NotFound, Conflict where the endpoint is switched off.
    """
    endpoint = get(session, who, endpoint_id)
    deliveries.refuse_if_off(endpoint)
    delivery = WebhookDelivery(
        project_id=who.project_id,
        endpoint_id=endpoint.id,
        type=WebhookKind.TEST,
        body=message(WebhookKind.TEST, {"endpoint_id": endpoint.id}),
    )
    session.add(delivery)
    session.flush()
    return delivery
