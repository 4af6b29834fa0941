"""One process of the embedded studio, kept alive until it is told to end."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from likewise.embedded.standing import stands_still

STEADY_SECONDS = 60.0
SHORTEST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
STILL_SECONDS = 60.0
LOOKS = 12
"""So often within `still_seconds` one looks whether it stands still."""


def wait_seconds(deaths_in_a_row: int) -> float:
    """How long to wait before a child that died is started again: 0.5 s, doubled up to 30 s."""
    return min(SHORTEST_WAIT_SECONDS * 2.0 ** (deaths_in_a_row - 1), LONGEST_WAIT_SECONDS)


@dataclass(frozen=True, kw_only=True)
class Command:
    """What a child is: its name for people, its command line, where it logs, what it inherits."""

    name: str
    argv: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    inherited: int


class Child:
    """A running `command`. Dies it, it is started again, with a wait that grows; one that stands
    still for `still_seconds` is ended first.

    `on_death` is told of the exit status each time, in a thread of its own.
    """

    def __init__(
        self,
        command: Command,
        on_death: Callable[["Child", int], None],
        still_seconds: float = STILL_SECONDS,
    ) -> None:
        self.command = command
        self._still_seconds = still_seconds
        self.deaths = 0
        self.last_status = 0
        self._on_death = on_death
        self._closing = threading.Event()
        self._starting = threading.Lock()
        self._process = self._spawn()
        self._keeper = threading.Thread(target=self._keep, name=command.name, daemon=True)
        self._keeper.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def close(self) -> None:
        """Ask it to end: its stdin ends."""
        with self._starting:
            self._closing.set()
            if self._process.stdin:
                self._process.stdin.close()

    def wait(self, seconds: float) -> bool:
        """Wait for its end; False where it still runs after `seconds`."""
        self._keeper.join(seconds)
        return not self._keeper.is_alive()

    def kill(self) -> None:
        """End it and all that it started in its session, at once."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self._keeper.join()

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.command.log.open("ab") as log:
            return subprocess.Popen(
                self.command.argv,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.command.environment),
                pass_fds=[self.command.inherited],
                start_new_session=True,  # Ctrl-C is the starter's to hear; it ends us in order
            )

    def _ended(self) -> int:
        """Wait for its end, and bring it about where it stands still too long."""
        still_since: float | None = None
        while True:
            try:
                return self._process.wait(self._still_seconds / LOOKS)
            except subprocess.TimeoutExpired:
                now = time.monotonic()
                still_since = (still_since or now) if stands_still(self._process.pid) else None
                if still_since is not None and now - still_since >= self._still_seconds:
                    os.killpg(self._process.pid, signal.SIGKILL)

    def _keep(self) -> None:
        in_a_row = 0
        while True:
            began = time.monotonic()
            status = self._ended()
            if self._closing.is_set():
                return
            self.deaths, self.last_status = self.deaths + 1, status
            in_a_row = 1 if time.monotonic() - began > STEADY_SECONDS else in_a_row + 1
            self._on_death(self, status)
            if self._closing.wait(wait_seconds(in_a_row)):
                return
            with self._starting:
                if self._closing.is_set():
                    return
                self._process = self._spawn()
