"""How long a person waits for `likewise start`."""

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx2

from likewise.embedded.ports import first_free

_START = "from likewise.cli import main; main()"
_FIRST_PORT = 8_500
_MOST_SECONDS = 60.0
_STOP_SECONDS = 90.0


def seconds_to_ready(data: Path) -> float:
    """From the command to a server that answers, on this data folder."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("LIKEWISE_")}
    port = first_free("127.0.0.1", _FIRST_PORT)
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", _START, "start", "--port", str(port)],
        env={**ours, "LIKEWISE_DATA": str(data)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        while not _answers(port):
            if time.monotonic() - began > _MOST_SECONDS or process.poll() is not None:
                raise SystemExit(f"The studio did not start; see {data / 'logs'}")
            time.sleep(0.01)
        return time.monotonic() - began
    finally:
        process.terminate()
        process.wait(_STOP_SECONDS)


def _answers(port: int) -> bool:
    try:
        answer = httpx2.get(f"http://127.0.0.1:{port}/readyz", trust_env=False, verify=False)
    except httpx2.TransportError:
        return False
    return answer.status_code == 200
