"""A whole studio for a measurement, started as people start it, on a data folder of its own."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from bench.memory import family
from likewise.embedded import running
from likewise.embedded.ports import first_free

_FIRST_PORT = 8_400
_START_SECONDS = 120.0
_STOP_SECONDS = 60.0
_LOOK_SECONDS = 0.2
_AT_WORK = ("queued", "running")
_SERVER = "likewise.embedded.server"
_CPU_WORKER = "--queue\0cpu"
_START = "from likewise.cli import main; main()"


@dataclass(frozen=True)
class Studio:
    """Its address, and the processes of its server and of the worker that reads data."""

    url: str
    server: int
    cpu_worker: int


@contextlib.contextmanager
def running_studio(data: Path, **settings: str) -> Iterator[Studio]:
    """Ready when the block begins, its workers too; ended in order behind it. `settings` are names
    of the environment and their values. Its worker doesn't measure itself, beside what is measured
    here, unless they say so."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("LIKEWISE_")}
    logs = [data / "logs" / f"worker-{queue}.log" for queue in ("cpu", "gpu")]
    said_before = [_times_ready(log) for log in logs]
    port = str(first_free("127.0.0.1", _FIRST_PORT))
    process = subprocess.Popen(
        [sys.executable, "-c", _START, "start", "--port", port],
        env={**ours, "LIKEWISE_MEASURE_SPEED": "0", **settings, "LIKEWISE_DATA": str(data)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + _START_SECONDS
        while any(_times_ready(log) <= n for log, n in zip(logs, said_before, strict=True)):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"The studio did not start; see {data / 'logs'}")
            time.sleep(0.2)
        found = running.read(data)
        assert found is not None, "it said that it runs"
        server, worker = (_part(process.pid, words) for words in (_SERVER, _CPU_WORKER))
        yield Studio(found.url, server, worker)
    finally:
        process.terminate()
        process.wait(_STOP_SECONDS)


def trained(api: httpx2.Client, run_id: str, most_seconds: float) -> dict[str, Any]:
    """The run, once it has succeeded. SystemExit where it ends otherwise, or not in time."""
    deadline = time.monotonic() + most_seconds
    while (run := api.get(f"runs/{run_id}").raise_for_status().json())["status"] in _AT_WORK:
        if time.monotonic() > deadline:
            raise SystemExit(f"The run {run_id} did not end.")
        time.sleep(_LOOK_SECONDS)
    if run["status"] != "succeeded":
        raise SystemExit(f"The run {run_id} is {run['status']}: {run.get('problem')}")
    found: dict[str, Any] = run
    return found


def _times_ready(log: Path) -> int:
    """How often a worker has said that it is ready; an earlier one may have written to the same."""
    return log.read_text().count(" ready.") if log.exists() else 0


def _part(starter: int, words: str) -> int:
    """The part of a studio that was started with these words."""
    return next(pid for pid in family(starter) if words in Path(f"/proc/{pid}/cmdline").read_text())
