"""The studio itself, as it tells of itself."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class LimitsOut(BaseModel):
    """What this studio takes at most. Bytes, seconds, or jobs at once."""

    max_upload_bytes: int
    max_request_bytes: int
    upload_part_bytes: int
    run_limit_seconds: int | None
    queue_limits: dict[str, int]


class InfoOut(BaseModel):
    """`api` is the version in its paths; `version` of the program behind it."""

    version: str
    api: str
    auth: str = Field(description="none: single user, on loopback only.")
    database: str
    time: datetime = Field(description="Now, by the server's clock.")
    limits: LimitsOut


class FailedJobOut(BaseModel):
    """Why a job failed, by its code: words may name a person's data, and are left out."""

    kind: str
    code: str
    ended_at: datetime | None


class DiskOut(BaseModel):
    free_bytes: int
    total_bytes: int


class DiagnosticsOut(BaseModel):
    """What helps whoever helps you. It holds no text, no name and no secret of yours; addresses are
    without what signs in there."""

    info: InfoOut
    made_at: datetime
    python: str
    platform: str
    packages: dict[str, str]
    settings: dict[str, Any]
    migration: str | None
    checks: dict[str, bool]
    disk: DiskOut
    jobs: dict[str, dict[str, int]] = Field(description="How many, by kind and status.")
    workers: dict[str, int] = Field(description="How many, by queue, that are online.")
    failed: list[FailedJobOut] = Field(description="The newest failures.")
