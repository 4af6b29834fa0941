"""Webhooks over REST."""

from fastapi import Response

from backend.accounts.current import MayAdminister
from backend.delivering.tables import DeliveryState
from backend.ids import WebhookDeliveryId, WebhookEndpointId
from backend.rest.keyed import SHOWN_ONCE
from backend.rest.route import rest_router
from backend.web.dependencies import DbSession, ReadSession, TheStudio, TheWayOut
from backend.web.paging import Cursor, Limit, Page, newest_first
from backend.webhooks import deliveries, service
from backend.webhooks.deliveries import deliveries_of
from backend.webhooks.schemas import (
    DeliveryOut,
    EndpointChange,
    EndpointIn,
    EndpointOut,
    EndpointWithSecret,
)
from backend.webhooks.tables import WebhookDelivery, WebhookEndpoint

router = rest_router("webhooks")


@router.get("/webhook-endpoints", operation_id="listWebhookEndpoints")
def list_(
    who: MayAdminister, session: ReadSession, limit: Limit = 50, cursor: Cursor = None
) -> Page[EndpointOut]:
    """The project's endpoints, newest first."""
    query, show = service.endpoints_of(who), EndpointOut.model_validate
    return newest_first(session, query, WebhookEndpoint.id, limit, cursor, show)


@router.post(
    "/webhook-endpoints",
    operation_id="createWebhookEndpoint",
    status_code=201,
    dependencies=[SHOWN_ONCE],
)
def create(
    body: EndpointIn, who: MayAdminister, studio: TheStudio, way_out: TheWayOut, response: Response
) -> EndpointWithSecret:
    """Have an address told what happens. The answer holds its secret, this once."""
    service.checked(way_out, body.url)
    secret = service.sealed(studio.keyring)
    with studio.database.writing() as session:
        endpoint = service.create(session, who, body, secret)
    response.headers["Location"] = f"/api/v1/webhook-endpoints/{endpoint.id}"
    return EndpointWithSecret.of(endpoint, secret.open)


@router.get("/webhook-endpoints/{endpoint_id}", operation_id="getWebhookEndpoint")
def get(endpoint_id: WebhookEndpointId, who: MayAdminister, session: ReadSession) -> EndpointOut:
    """One endpoint, without its secret."""
    return EndpointOut.model_validate(service.get(session, who, endpoint_id))


@router.patch("/webhook-endpoints/{endpoint_id}", operation_id="changeWebhookEndpoint")
def change(
    endpoint_id: WebhookEndpointId,
    body: EndpointChange,
    who: MayAdminister,
    studio: TheStudio,
    way_out: TheWayOut,
) -> EndpointOut:
    """Another address, other types; or switch it off or on again."""
    if body.url is not None:
        service.checked(way_out, body.url)
    with studio.database.writing() as session:
        return EndpointOut.model_validate(service.change(session, who, endpoint_id, body))


@router.delete(
    "/webhook-endpoints/{endpoint_id}", operation_id="removeWebhookEndpoint", status_code=204
)
def remove(endpoint_id: WebhookEndpointId, who: MayAdminister, session: DbSession) -> None:
    """Remove it, with the list of what was delivered to it."""
    service.remove(session, who, endpoint_id)


@router.post(
    "/webhook-endpoints/{endpoint_id}/test", operation_id="testWebhookEndpoint", status_code=202
)
def test(endpoint_id: WebhookEndpointId, who: MayAdminister, session: DbSession) -> DeliveryOut:
    """Send it `webhook.test`. Look at the delivery to see what came of it."""
    return DeliveryOut.of(service.test(session, who, endpoint_id))


@router.post(
    "/webhook-endpoints/{endpoint_id}/rotate-secret",
    operation_id="rotateWebhookSecret",
    dependencies=[SHOWN_ONCE],
)
def rotate_secret(
    endpoint_id: WebhookEndpointId, who: MayAdminister, studio: TheStudio
) -> EndpointWithSecret:
    """A new secret, shown this once. For a day both sign, so that no message is refused."""
    secret = service.sealed(studio.keyring)
    with studio.database.writing() as session:
        endpoint = service.rotate_secret(session, who, endpoint_id, secret)
    return EndpointWithSecret.of(endpoint, secret.open)


@router.get("/webhook-deliveries", operation_id="listWebhookDeliveries")
def list_deliveries(
    who: MayAdminister,
    session: ReadSession,
    endpoint_id: WebhookEndpointId | None = None,
    state: DeliveryState | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[DeliveryOut]:
    """What was and is to be delivered, newest first; settled ones are kept for 30 days."""
    query = deliveries_of(who, endpoint_id, state)
    return newest_first(session, query, WebhookDelivery.id, limit, cursor, DeliveryOut.of)


@router.post(
    "/webhook-deliveries/{delivery_id}/redeliver",
    operation_id="redeliverWebhook",
    status_code=202,
)
def redeliver(
    delivery_id: WebhookDeliveryId, who: MayAdminister, session: DbSession
) -> DeliveryOut:
    """Send it once more, under the same id, so that a receiver can tell that it knows it."""
    return DeliveryOut.of(deliveries.redeliver(session, who, delivery_id))
