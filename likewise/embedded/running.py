"""Which studio runs on a data folder: `studio.json` in it, written when it is ready."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from backend.fault_points import fault_point


@dataclass(frozen=True, kw_only=True)
class Running:
    """A running studio. `pid` is of its starter; when that has ended, this file means nothing."""

    url: str
    pid: int
    started_at: str  # ISO 8601, UTC


def _place(data: Path) -> Path:
    return data / "studio.json"


def read(data: Path) -> Running | None:
    """The studio that runs on `data`; None where none does, or what is told of it is stale."""
    try:
        running = Running(**json.loads(_place(data).read_text()))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None
    return running if _is_alive(running.pid) else None


def write(data: Path, running: Running) -> None:
    part = _place(data).with_suffix(".tmp")
    part.write_text(json.dumps(asdict(running)))
    fault_point("running.written")
    part.replace(_place(data))


def remove(data: Path) -> None:
    _place(data).unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's process: alive
    return True
