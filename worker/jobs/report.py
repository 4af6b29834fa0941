"""How a job's process tells what happens: lines in its spool, which a supervisor carries home."""

import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backend.fault_points import fault_point
from backend.runs.states import Phase


class Report:
    """Appends events to a spool. A line is whole when it ends; the reader leaves the rest.

    Of several processes that work together, one tells; the others write to `os.devnull`.
    """

    def __init__(self, spool: Path) -> None:
        self._file = spool.open("a", encoding="utf-8", buffering=1)

    def phase(self, phase: Phase) -> None:
        self._tell("phase", {"phase": phase.value})

    def progress(self, **figures: Any) -> None:
        self._tell("progress", figures)

    def metrics(self, step: int, epoch: float, **figures: float) -> None:
        self._tell("metrics", {"step": step, "epoch": round(epoch, 4), **figures})

    def log(self, message: str, level: str = "info") -> None:
        self._tell("log", {"level": level, "message": message})

    def checkpoint(self, step: int) -> None:
        self._tell("checkpoint", {"step": step})

    def _tell(self, kind: str, data: dict[str, Any]) -> None:
        line = {"kind": kind, "at": datetime.now(UTC).isoformat(), "data": _finite(data)}
        self._file.write(json.dumps(line, allow_nan=False) + "\n")
        fault_point("spool.line written")


def _finite(data: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no NaN: what isn't a number is told as null."""
    return {
        k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in data.items()
    }
