"""The embedded studio: broker, server and workers, started together and ended in order.

starter (this process: the lock and studio.json)
├── broker        a Valkey server on a socket
├── server        the pages and the REST API
├── worker-gpu    trains
└── worker-cpu    imports, converts
"""

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException

from backend.runs.states import QUEUE_OF
from backend.settings import Settings
from likewise.embedded import logs, ports, running
from likewise.embedded.child import Child, Command
from likewise.embedded.lock import DataLock
from likewise.embedded.problems import ChildFailed, NotReady, PortTaken
from likewise.embedded.signals import ending_in_order

READY_SECONDS = 60.0
LOOK_SECONDS = 0.05
STOP_SECONDS = {"server": 8.0, "worker": 80.0, "broker": 8.0}
"""How long each may take to end: a worker may have to write a checkpoint first,
for which it has a minute."""


class EmbeddedStudio:
    """A studio on `settings.data`, all of whose processes are children of this one.

    `tell` hears, in words, of a part that ended by itself and is started again.
    """

    def __init__(self, settings: Settings, tell: Callable[[str], None]) -> None:
        self._settings = settings
        self._tell = tell
        self._lock: DataLock | None = None
        self._children: list[Child] = []
        self._is_hurried = False

    @property
    def url(self) -> str:
        host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
        return f"http://{host}:{self._settings.port}"

    def start(self) -> None:
        """Start everything; returns when the server answers. Workers come a little later.

        Raises DataInUse, LastStudioStillEnds, PortTaken, ChildFailed, NotReady.
        """
        settings = self._settings
        self._lock = DataLock(settings.data.absolute())
        if not ports.is_free(settings.host, settings.port):
            raise PortTaken(settings.host, settings.port)
        if settings.is_embedded_broker:
            self._begin("broker", "likewise.embedded.broker", *self._broker_place())
        self._begin("server", "likewise.embedded.server")
        self._wait_until_ready()
        # Only now: the server has brought the database up to date, and had all cores to start on.
        for queue in sorted(set(QUEUE_OF.values())):
            self._begin(f"worker-{queue}", "worker.run", "--queue", queue)
        started_at = datetime.now(UTC).isoformat()
        me = running.Running(url=self.url, pid=os.getpid(), started_at=started_at)
        running.write(settings.data, me)

    def stop(self) -> None:
        """End the server, then the workers, then what they all talk over."""
        if self._lock is None:
            return
        running.remove(self._settings.data)
        for kind, seconds in STOP_SECONDS.items():
            children = [child for child in self._children if child.command.name.startswith(kind)]
            for child in children:
                child.close()
            for child in children:
                self._see_out(child, seconds)
        self._lock.release()

    def hurry(self) -> None:
        """Have `stop` wait for nobody."""
        self._is_hurried = True

    def _see_out(self, child: Child, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not child.wait(LOOK_SECONDS):
            if self._is_hurried or time.monotonic() > deadline:
                child.kill()

    def _begin(self, name: str, module: str, *arguments: str) -> None:
        assert self._lock is not None
        command = Command(
            name=name,
            argv=[sys.executable, "-m", module, *arguments],
            log=logs.place(self._settings.data, name),
            environment=self._environment(),
            inherited=self._lock.inherited,
        )
        self._children.append(Child(command, self._on_death))

    def _environment(self) -> dict[str, str]:
        settings = self._settings
        return {
            **os.environ,
            "LIKEWISE_DATA": str(settings.data.absolute()),
            "LIKEWISE_HOST": settings.host,
            "LIKEWISE_PORT": str(settings.port),
            "PYTHONUNBUFFERED": "1",
        }

    def _broker_place(self) -> tuple[str, str]:
        return str(self._settings.socket("broker")), str(self._settings.data.absolute() / "broker")

    def _on_death(self, child: Child, status: int) -> None:
        log = child.command.log
        self._tell(
            f"{child.command.name} ended by itself (status {status}) and is started again. "
            f"Its last lines, of {log}:\n{logs.last_lines(log, 5)}"
        )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self._is_ready():
            dead = next((child for child in self._children if child.deaths), None)
            if dead is not None:
                log = dead.command.log
                raise ChildFailed(dead.command.name, dead.last_status, log, logs.last_lines(log))
            if time.monotonic() > deadline:
                raise NotReady(READY_SECONDS, self._settings.data / "logs")
            time.sleep(LOOK_SECONDS)

    def _is_ready(self) -> bool:
        server = HTTPConnection(self._settings.host, self._settings.port, timeout=2)
        try:
            server.request("GET", "/readyz")
            parts = json.loads(server.getresponse().read())
        except (OSError, HTTPException, ValueError):
            return False
        finally:
            server.close()
        return bool(parts["ready"] and (parts["broker"] or not self._settings.is_embedded_broker))


@contextlib.contextmanager
def running_studio(settings: Settings, tell: Callable[[str], None]) -> Iterator[EmbeddedStudio]:
    """A studio as long as the block lasts. Ctrl-C and SIGTERM raise KeyboardInterrupt in it.

    Raises what `EmbeddedStudio.start` raises.
    """
    studio = EmbeddedStudio(settings, tell)
    with ending_in_order(studio.hurry) as ending:
        try:
            studio.start()
            yield studio
        finally:
            ending.has_begun = True
            studio.stop()
