"""A machine that has trained nothing yet measures itself while it has nothing to do, once."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time

import structlog
from pydantic import ValidationError

from backend.recipes.estimate.speed import CPU, Speed
from backend.runs import machines
from backend.runs.states import QUEUE_OF, JobKind
from backend.studio import Studio
from worker import devices
from worker.supervisor.process import environment
from worker.supervisor.world import ranks_here

log = structlog.get_logger()

MODULE = "worker.jobs.probe"

IDLE_SECONDS = 12.0
"""A worker that begins, or has just worked, imports what the next training needs: not beside that."""

BUSY = 0.7
"""Of the processor's cores at work in the last minute: a measure would be of what they leave."""

PATIENCE_SECONDS = 120.0
"""So long it waits for them; a machine that is always busy is as slow as it then seems."""

MOST_TRIES = 3


class Probing:
    """Of a worker that trains; others never measure. A job is more urgent: it ends the measuring,
    which then begins again when the job has ended."""

    def __init__(self, studio: Studio, queue: str) -> None:
        self._studio = studio
        self._is_for_trainings = queue != QUEUE_OF[JobKind.IMPORT]
        self._is_wanted = False
        self._is_busy = False
        self._idle_since = time.monotonic()
        self._tries = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def register(self) -> None:
        """Say that this machine is there, and learn whether it has measured itself before."""
        if not self._is_for_trainings:
            return
        found = devices.found()
        device = found[0].name if found else CPU
        ranks = ranks_here(self._studio.settings)
        is_new = self._studio.database.retrying(
            lambda session: machines.seen(session, socket.gethostname(), device, ranks)
        )
        self._is_wanted = is_new and self._studio.settings.measure_speed

    def give_way(self) -> None:
        """There is work to do."""
        with self._lock:
            self._is_busy = True
            self._end()

    def rest(self) -> None:
        """The work is done."""
        with self._lock:
            self._is_busy = False
            self._idle_since = time.monotonic()

    def go_on(self) -> None:
        """Begin where it is time to, and keep what was found. To be called again and again."""
        if not self._is_wanted:
            return
        with self._lock:
            said = self._go_on()
        if said is None:
            return
        try:
            speed = Speed.model_validate_json(said)
        except ValidationError:
            log.warning("this machine could not be measured", tries=self._tries)
            self._is_wanted = self._tries < MOST_TRIES
            return
        self._studio.database.retrying(
            lambda session: machines.measured(session, socket.gethostname(), speed)
        )
        self._is_wanted = False
        log.info("this machine has measured itself", flops_per_second=speed.flops_per_second)

    def _go_on(self) -> bytes | None:
        """What the measuring has said, once it has ended by itself."""
        if self._process is None:
            if not self._is_busy and self._is_time():
                self._begin()
            return None
        if self._process.poll() is None:
            return None
        assert self._process.stdout is not None
        said = self._process.stdout.read()
        self._end()
        return said

    def _is_time(self) -> bool:
        idle_seconds = time.monotonic() - self._idle_since
        is_quiet = os.getloadavg()[0] < BUSY * (os.cpu_count() or 1)
        return idle_seconds >= (IDLE_SECONDS if is_quiet else PATIENCE_SECONDS)

    def _begin(self) -> None:
        self._tries += 1
        self._process = subprocess.Popen(
            [sys.executable, "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            start_new_session=True,
        )

    def _end(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self._process = None
