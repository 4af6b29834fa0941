"""The time, as rows carry it: aware, UTC. Nothing is decided by comparing it."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)
