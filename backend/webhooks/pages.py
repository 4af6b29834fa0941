"""Settings, Webhooks: who is told what, what came of it, and trying it."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.orm import Session

from backend.accounts.current import MayAdminister
from backend.accounts.people import Person
from backend.ids import WebhookDeliveryId, WebhookEndpointId
from backend.problems import Refusal
from backend.web.dependencies import DbSession, ReadSession, TheStudio, TheWayOut
from backend.web.paging import newest_first
from backend.web.templates import page, see
from backend.webhooks import deliveries, service
from backend.webhooks.kinds import CHOSEN, WHEN
from backend.webhooks.schemas import DeliveryOut, EndpointChange, EndpointIn, EndpointWithSecret
from backend.webhooks.tables import WebhookDelivery, WebhookEndpoint

router = APIRouter(prefix="/settings/webhooks", include_in_schema=False)

HERE = "/settings/webhooks"
LISTED = 20
"""Deliveries on a page."""


@router.get("")
def show(
    request: Request,
    who: MayAdminister,
    session: ReadSession,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    return _page(request, session, who, cursor=cursor)


@router.post("")
def create(
    request: Request,
    body: Annotated[EndpointIn, Form()],
    who: MayAdminister,
    studio: TheStudio,
    way_out: TheWayOut,
) -> Response:
    """Answers the page with the secret on it, which no other page ever shows."""
    try:
        service.checked(way_out, body.url)
        secret = service.sealed(studio.keyring)
        with studio.database.writing() as session:
            made = EndpointWithSecret.of(service.create(session, who, body, secret), secret.open)
    except Refusal as refusal:
        with studio.database.reading() as session:
            return _page(request, session, who, asked=body, refusal=refusal)
    with studio.database.reading() as session:
        return _page(request, session, who, made=made)


@router.post("/{endpoint_id}/rotate-secret")
def rotate_secret(
    request: Request, endpoint_id: WebhookEndpointId, who: MayAdminister, studio: TheStudio
) -> Response:
    secret = service.sealed(studio.keyring)
    with studio.database.writing() as session:
        endpoint = service.rotate_secret(session, who, endpoint_id, secret)
        made = EndpointWithSecret.of(endpoint, secret.open)
    with studio.database.reading() as session:
        return _page(request, session, who, made=made, is_rotated=True)


@router.post("/{endpoint_id}/switch")
def switch(
    endpoint_id: WebhookEndpointId,
    who: MayAdminister,
    session: DbSession,
    is_enabled: Annotated[bool, Form()],
) -> Response:
    service.change(session, who, endpoint_id, EndpointChange(is_enabled=is_enabled))
    return see(f"{HERE}#{endpoint_id}")


@router.post("/{endpoint_id}/test")
def test(endpoint_id: WebhookEndpointId, who: MayAdminister, session: DbSession) -> Response:
    service.test(session, who, endpoint_id)
    return see(f"{HERE}#{endpoint_id}")


@router.post("/{endpoint_id}/remove")
def remove(endpoint_id: WebhookEndpointId, who: MayAdminister, session: DbSession) -> Response:
    service.remove(session, who, endpoint_id)
    return see(HERE)


@router.post("/deliveries/{delivery_id}/redeliver")
def redeliver(delivery_id: WebhookDeliveryId, who: MayAdminister, session: DbSession) -> Response:
    deliveries.redeliver(session, who, delivery_id)
    return see(f"{HERE}#deliveries")


def _page(
    request: Request,
    session: Session,
    who: Person,
    *,
    cursor: str | None = None,
    asked: EndpointIn | None = None,
    refusal: Refusal | None = None,
    made: EndpointWithSecret | None = None,
    is_rotated: bool = False,
) -> Response:
    """`asked` is what was refused: it stays in the form."""
    newest = service.endpoints_of(who).order_by(WebhookEndpoint.id.desc())
    response = page(
        request,
        "settings/webhooks.html",
        block="standing",
        status=refusal.status if refusal else 200,
        problems=tuple(refusal.problems) if refusal else (),
        endpoints={endpoint.id: endpoint for endpoint in session.scalars(newest)},
        last={
            delivery.endpoint_id: DeliveryOut.of(delivery)
            for delivery in session.scalars(deliveries.last_of_each(who))
        },
        listed=newest_first(
            session,
            deliveries.deliveries_of(who),
            WebhookDelivery.id,
            LISTED,
            cursor,
            DeliveryOut.of,
        ),
        is_latest=cursor is None,
        chosen=CHOSEN,
        when=WHEN,
        asked=asked,
        made=made,
        is_rotated=is_rotated,
        old_secret_hours=service.OLD_SECRET_HOURS,
    )
    response.headers.update(refusal.headers if refusal else {})
    return response
