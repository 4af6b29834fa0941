"""Links to a run as they enter and leave. A link's address leaves once, when it is made."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from backend.ids import PersonId, RunId, ShareId
from backend.sharing.tables import RunShare

MOST_DAYS = 365


class ShareIn(BaseModel):
    """How long the link is good."""

    model_config = ConfigDict(extra="forbid")

    days: int = Field(30, ge=1, le=MOST_DAYS)


class ShareOut(BaseModel):
    """A link, without its address. `is_open`: it works."""

    model_config = ConfigDict(from_attributes=True)

    id: ShareId
    run_id: RunId
    made_by: PersonId
    created_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    is_open: bool


class ShareWithUrl(ShareOut):
    """A link that was just made. Its address is not shown again."""

    url: str = Field(
        description="For whoever is signed in to this studio. Keep it now: it is shown this once.",
        examples=["https://studio.example.org/shared/MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )

    @classmethod
    def of(cls, share: RunShare, url: str) -> Self:
        return cls(**ShareOut.model_validate(share).model_dump(), url=url)
