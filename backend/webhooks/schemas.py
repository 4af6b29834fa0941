"""Endpoints and deliveries as they enter and leave. A secret leaves once, when it is made."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, Json, field_validator

from backend.delivering.tables import DeliveryState
from backend.ids import WebhookDeliveryId, WebhookEndpointId
from backend.webhooks.kinds import CHOSEN, WHEN, WebhookKind
from backend.webhooks.tables import WebhookDelivery, WebhookEndpoint

Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2_000,
        description="https, and of the public internet, but for networks that the operator allows.",
        examples=["https://hooks.example.com/likewise"],
    ),
]
Kinds = Annotated[
    list[WebhookKind],
    Field(
        max_length=len(CHOSEN),
        description="What it listens to; empty: to all. "
        + "; ".join(f"`{kind}`: {WHEN[kind]}" for kind in CHOSEN),
        examples=[["run.succeeded", "run.failed"]],
    ),
]
Description = Annotated[str, Field(max_length=200, description="Yours, to know it again.")]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @field_validator("types", check_fields=False)
    @classmethod
    def _can_be_chosen(cls, types: list[WebhookKind] | None) -> list[WebhookKind] | None:
        if types and WebhookKind.TEST in types:
            raise ValueError("webhook.test is sent when it is asked for; it can't be listened to")
        return None if types is None else list(dict.fromkeys(types))


class EndpointIn(_In):
    """Where to, and what of."""

    url: Url
    types: Kinds = Field(default_factory=list)
    description: Description = ""


class EndpointChange(_In):
    """What is left out stays as it is."""

    url: Url | None = None
    types: Kinds | None = None
    description: Description | None = None
    is_enabled: bool | None = None


class EndpointOut(BaseModel):
    """`disabled_reason` says why the studio itself has stopped sending there, if it has."""

    model_config = ConfigDict(from_attributes=True)

    id: WebhookEndpointId
    url: str
    types: list[WebhookKind] = Field(description="Empty: all.")
    description: str
    is_enabled: bool
    disabled_reason: str | None
    created_at: datetime


class EndpointWithSecret(EndpointOut):
    """An endpoint whose secret was just made. It is not shown again."""

    secret: str = Field(
        description="Signs every message, as Standard Webhooks has it. Keep it now: it is shown "
        "this once.",
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="],
    )

    @classmethod
    def of(cls, endpoint: WebhookEndpoint, secret: str) -> Self:
        shown = EndpointOut.model_validate(endpoint)
        return cls(**shown.model_dump(), secret=secret)


class DeliveryOut(BaseModel):
    """One message to one endpoint, and how far it has come. `id` is its `webhook-id`."""

    model_config = ConfigDict(from_attributes=True)

    id: WebhookDeliveryId
    endpoint_id: WebhookEndpointId
    type: WebhookKind
    state: DeliveryState
    tries: int
    next_try_at: datetime | None = Field(description="Only while it is pending.")
    last_status: int | None = Field(description="What the endpoint answered last.")
    last_error: str | None = Field(description="Why it did not answer, or not well.")
    body: Json[dict[str, Any]] = Field(description="The message, as it is sent.")
    created_at: datetime
    delivered_at: datetime | None

    @classmethod
    def of(cls, delivery: WebhookDelivery) -> Self:
        shown = cls.model_validate(delivery)
        is_pending = delivery.state is DeliveryState.PENDING
        return shown if is_pending else shown.model_copy(update={"next_try_at": None})
