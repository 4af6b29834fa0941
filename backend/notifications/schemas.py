"""What a person wants to be told, as it enters and leaves. A destination's secrets only enter."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from backend.delivering.tables import DeliveryState
from backend.ids import DestinationId, NotificationId
from backend.notifications.kinds import NOTIFIED, WHEN
from backend.notifications.tables import Notification, Way
from backend.webhooks.kinds import WebhookKind

Kinds = Annotated[
    list[WebhookKind],
    Field(
        max_length=len(NOTIFIED),
        description="; ".join(f"`{kind}`: {WHEN[kind]}" for kind in NOTIFIED),
        examples=[["run.succeeded", "run.failed"]],
    ),
]


class ChoiceIn(BaseModel):
    """What you want to be told. Of an empty list: nothing."""

    model_config = ConfigDict(extra="forbid")

    types: Kinds
    of_all: bool = Field(
        False, description="Of everybody's in your projects; else of what you began yourself."
    )

    @field_validator("types")
    @classmethod
    def _can_be_chosen(cls, types: list[WebhookKind]) -> list[WebhookKind]:
        if wrong := [kind for kind in types if kind not in NOTIFIED]:
            raise ValueError(f"nobody is notified of {wrong[0]}; choose of {', '.join(NOTIFIED)}")
        return list(dict.fromkeys(types))


class ChoiceOut(BaseModel):
    """What you are told, and by what means this studio can tell you."""

    types: list[WebhookKind]
    of_all: bool
    can_mail: bool = Field(description="The operator has set a mail server: an address is enough.")
    is_installed: bool = Field(description="Whether this studio can send by Apprise at all.")


class DestinationIn(BaseModel):
    """Where you want to be told: an `email` address, or the `url` of a service."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"url": "ntfys://ntfy.sh/my-topic"}]}
    )

    email: str | None = Field(
        None, max_length=254, description="Where the operator has set a mail server."
    )
    url: SecretStr | None = Field(
        None, max_length=2_000, description="An Apprise URL, such as discord://id/token."
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.email is None) == (self.url is None):
            raise ValueError("name an email address or a url, one of both")
        return self


class DestinationOut(BaseModel):
    """One place where you are told. What is secret in its URL is left out of `shown`."""

    model_config = ConfigDict(from_attributes=True)

    id: DestinationId
    way: Way
    service: str
    shown: str
    created_at: datetime


class NotificationOut(BaseModel):
    """One message to one of your destinations, and how far it has come."""

    model_config = ConfigDict(from_attributes=True)

    id: NotificationId
    destination_id: DestinationId
    type: WebhookKind
    state: DeliveryState
    tries: int
    next_try_at: datetime | None = Field(description="Only while it is pending.")
    last_status: int | None = Field(description="Always null: services answer in words.")
    last_error: str | None = Field(description="Why it was not taken, without your secrets.")
    created_at: datetime
    delivered_at: datetime | None

    @classmethod
    def of(cls, notification: Notification) -> Self:
        shown = cls.model_validate(notification)
        is_pending = notification.state is DeliveryState.PENDING
        return shown if is_pending else shown.model_copy(update={"next_try_at": None})
