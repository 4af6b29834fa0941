"""A job's folder: all that passes between a supervisor and the process that does the work.

job.json       in: what to do (the supervisor writes it)
spool.jsonl    out: events, a line each, as they happen
problem.json   out: why it was refused: code, title, detail
log.txt        out: whatever the process prints (log-1.txt: on another host that helps)
checkpoints/   out: of a training
result/        out: what it made; counts only if the process ended with 0
"""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from backend.fault_points import fault_point

ROWS_FILE = "rows.parquet"
"""In the result of an import: the rows that came."""

PARSED_FILE = "parsed.json"
"""Beside them: what is known of them, as `backend.datasets.parsed.Parsed`."""


GUARD_FILE = "guard.json"
"""In the result of a guard: what was kept of other fields, as `backend.proof.schemas.GuardOut`."""

SHARES_FILE = "shares.json"
"""In the result of a blending: the shares that were tried, and the one that was chosen."""


EXPORT_FILES = "files"
"""In the result of an export: what goes into the artifact store."""


class JobFolder:
    def __init__(self, path: Path, log_name: str = "log.txt") -> None:
        self.path = path
        self.spool = path / "spool.jsonl"
        self.log = path / log_name
        self.checkpoints = path / "checkpoints"
        self.result = path / "result"

    def create(self, job: BaseModel) -> None:
        self.path.mkdir(
            mode=0o700, parents=True, exist_ok=True
        )  # rows of one project, and ours alone
        self.result.mkdir()
        fault_point("job.folder made")
        (self.path / "job.json").write_text(job.model_dump_json(), encoding="utf-8")
        fault_point("job.ordered")

    def job(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads((self.path / "job.json").read_text(encoding="utf-8"))
        return value

    def refuse(self, code: str, title: str, detail: str, **more: int) -> None:
        """Say why the job can't be done; on a disk that is quite full the exit code must do.

        Several processes may say it at once: the file is always one of theirs as a whole.
        """
        problem = {"code": code, "title": title, "detail": detail, **more}
        part = self.path / f"problem.json.part-{os.getpid()}"
        with contextlib.suppress(OSError):
            part.write_text(json.dumps(problem), encoding="utf-8")
            part.replace(self.path / "problem.json")

    def problem(self) -> dict[str, Any] | None:
        """Why the job was refused, if its process said so."""
        try:
            text = (self.path / "problem.json").read_text(encoding="utf-8")
            value: dict[str, Any] = json.loads(text)
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return value

    def last_lines(self, count: int = 12) -> str:
        """The end of what the process printed: for the log of a crash."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
