"""Real servers and workers for tests: started, awaited, ended."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from backend.app import create_app
from backend.runs.live import RunHub
from backend.serve import Server
from backend.settings import Settings


def wait_until(holds: Callable[[], object], seconds: float = 30.0, what: str = "it") -> None:
    """Look again and again until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:g} s in vain for {what}")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class RunningServer:
    """The real server in a thread: the test may look into its database at the same time."""

    def __init__(self, settings: Settings) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._settings = settings.model_copy(update={"port": self.port})

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def hub(self) -> RunHub:
        hub: RunHub = self.app.state.hub
        return hub

    def start(self) -> None:
        self.app = create_app(self._settings)
        self._server = Server(self.app, self._settings)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        wait_until(lambda: self._server.started, what="the server")

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(15)
        assert not self._thread.is_alive(), "the server must leave when it is told to"


class RunningWorker:
    """`python -m worker.run` as an operator would start it; `within` is a command that runs it."""

    def __init__(
        self, queue: str, environment: dict[str, str], log: Path, within: Sequence[str] = ()
    ) -> None:
        self._command = [*within, sys.executable, "-m", "worker.run", "--queue", queue]
        self._environment = environment
        self.log = log

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        wait_until(lambda: b" ready." in self.log.read_bytes(), 120, "the worker")

    def kill(self) -> None:
        """kill -9 of the worker's parent alone, as a fault would have it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def children(self) -> list[int]:
        """Process ids of all that it has started, and of what those have."""
        return descendants(self.process.pid)


def ended_in_time(running: RunningWorker, seconds: float = 20.0) -> bool:
    """Ask it to leave by SIGTERM; True if it does. If not, its log says where it stands."""
    running.process.terminate()
    try:
        running.process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.kill(running.process.pid, signal.SIGUSR1)  # Celery then writes all its stacks
        time.sleep(2)
        return False
    return True


def descendants(pid: int) -> list[int]:
    """Process ids of all that `pid` has started, and of what those have."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found = list(children.get(pid, []))
    for child in found:  # it grows meanwhile
        found += children.get(child, [])
    return found
