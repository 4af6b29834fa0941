"""What the studio can tell of itself. No HTTP here."""

import platform
import shutil
from collections import defaultdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend import schema_revision
from backend.clock import utc_now
from backend.runs.states import JobStatus
from backend.runs.tables import Job
from backend.settings import Settings
from backend.studio import Studio
from backend.system.schemas import DiagnosticsOut, DiskOut, FailedJobOut, InfoOut, LimitsOut
from backend.workers import service as workers

API = "v1"
HIDDEN = "(hidden)"
MOST_FAILURES = 20
PACKAGES = (
    *("alembic", "celery", "fastapi", "httpx2", "likewise", "pyarrow", "pydantic", "redis"),
    *("SQLAlchemy", "starlette", "torch", "transformers", "accelerate", "uvicorn"),
)


def info(studio: Studio) -> InfoOut:
    settings = studio.settings
    return InfoOut(
        version=_version("likewise") or "0",
        api=API,
        auth=settings.auth,
        database="SQLite" if studio.database.is_sqlite else "PostgreSQL",
        time=utc_now(),
        limits=LimitsOut(
            max_upload_bytes=settings.max_upload_bytes,
            max_request_bytes=settings.max_request_bytes,
            upload_part_bytes=settings.upload_part_bytes,
            run_limit_seconds=settings.run_limit_seconds,
            queue_limits=settings.queue_limits,
        ),
    )


def diagnostics(studio: Studio, session: Session) -> DiagnosticsOut:
    """A bundle for whoever is asked for help, safe to send."""
    disk = shutil.disk_usage(studio.settings.data)
    found = {name: _version(name) for name in PACKAGES}
    return DiagnosticsOut(
        info=info(studio),
        made_at=utc_now(),
        python=platform.python_version(),
        platform=platform.platform(),
        packages={name: number for name, number in found.items() if number},
        settings=told_settings(studio.settings),
        migration=schema_revision.of(session.connection()),
        checks={"database": True, "broker": studio.broker.is_there()},
        disk=DiskOut(free_bytes=disk.free, total_bytes=disk.total),
        jobs=jobs_by_kind_and_status(session),
        workers={
            queue.name: queue.workers_online
            for queue in workers.queues(session, studio.settings.queue_limits)
        },
        failed=_failed(session),
    )


def jobs_by_kind_and_status(session: Session) -> dict[str, dict[str, int]]:
    query = select(Job.kind, Job.status, func.count()).group_by(Job.kind, Job.status)
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for kind, status, count in session.execute(query):
        counts[kind.value][status.value] = count
    return dict(counts)


def told_settings(settings: Settings) -> dict[str, Any]:
    """Settings as they may be shown: secrets hidden, addresses without a name and a password."""
    return {name: _told(getattr(settings, name)) for name in type(settings).model_fields}


def _told(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return HIDDEN
    if isinstance(value, dict):
        return {str(key): _told(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_told(each) for each in value]
    if isinstance(value, str):
        return _without_password(value)
    return value if isinstance(value, int | float | bool | None) else str(value)


def _without_password(address: str) -> str:
    """An address without who signs in there, and without its query, which can hold keys."""
    parts = urlsplit(address)
    if not parts.scheme or not parts.netloc:
        return address
    host = parts.netloc.rpartition("@")[2]
    asked = HIDDEN if parts.query else ""
    return urlunsplit((parts.scheme, host, parts.path, asked, ""))


def _failed(session: Session) -> list[FailedJobOut]:
    query = (
        select(Job)
        .where(Job.status == JobStatus.FAILED)
        .order_by(Job.id.desc())
        .limit(MOST_FAILURES)
    )
    return [
        FailedJobOut(
            kind=job.kind, code=(job.problem or {}).get("code", "none"), ended_at=job.ended_at
        )
        for job in session.scalars(query)
    ]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
