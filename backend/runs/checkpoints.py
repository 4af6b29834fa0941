"""The checkpoints that are kept of a run: what it can go on from."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, Field

from backend.ids import JobId
from backend.settings import Settings

_ATTEMPT = re.compile(r"attempt-(\d+)(?:\.\d+)?")
_CHECKPOINT = re.compile(r"checkpoint-(\d+)")


class CheckpointOut(BaseModel):
    """Weights, optimizer and place in the data after `step` steps."""

    step: int
    attempt: int
    size_bytes: int
    written_at: datetime


class CheckpointsOut(BaseModel):
    items: list[CheckpointOut] = Field(
        description="The newest first. Those of a run that ended well are not kept."
    )


def checkpoints(settings: Settings, job_id: JobId) -> list[CheckpointOut]:
    """Those in the shared folder of jobs, the newest first. A half-written one has another name."""
    found = list(_found(settings.jobs / job_id))
    return sorted(found, key=lambda each: (each.attempt, each.step), reverse=True)


def _found(job: Path) -> Iterator[CheckpointOut]:
    for place in job.glob("attempt-*/checkpoints/checkpoint-*"):
        attempt = _ATTEMPT.fullmatch(place.parent.parent.name)
        step = _CHECKPOINT.fullmatch(place.name)
        try:
            sizes = [file.stat().st_size for file in place.rglob("*") if file.is_file()]
            written = place.stat().st_mtime
        except FileNotFoundError:  # the worker removed it meanwhile, for a newer one
            continue
        if attempt and step:
            yield CheckpointOut(
                step=int(step[1]),
                attempt=int(attempt[1]),
                size_bytes=sum(sizes),
                written_at=datetime.fromtimestamp(written, UTC),
            )
