"""A worker's seat in the studio: it says that it is there, and hears what an operator wants of it.

One for each slot of the worker: in the process that does the jobs, beside them, in a thread. So it
beats while a job runs and while there is none, and its connections never cross a fork.
"""

import socket
import threading
import time
from importlib.metadata import version

import psutil
import structlog
from celery import Celery
from sqlalchemy.exc import SQLAlchemyError

from backend.disk import keep_ballast
from backend.ids import WorkerId
from backend.recipes.schemas import RECIPE_SCHEMA
from backend.runs import claims
from backend.runs.limits import limits_of
from backend.studio import Studio
from backend.workers import service
from backend.workers.tables import WorkerState
from backend.workers.watch import IDLE_BEATS
from worker import devices, system
from worker.supervisor import drain
from worker.supervisor.probing import Probing

log = structlog.get_logger()


class Seat(threading.Thread):
    """Registers, then beats until the process ends. `name` is what Celery calls this worker;
    None where it has several slots, which can't be told apart there."""

    def __init__(
        self, studio: Studio, queue: str, process_id: WorkerId, celery: Celery, name: str | None
    ) -> None:
        super().__init__(name="seat", daemon=True)
        self._studio = studio
        self._queue = queue
        self._process_id = process_id
        self._celery = celery
        self._name = name
        self._state = WorkerState.ACTIVE
        self._is_busy = threading.Event()
        self._heard_at = time.monotonic()
        self._probing = Probing(studio, queue)

    def hear(self) -> None:
        """A message came; from now on it works."""
        self._is_busy.set()
        self._probing.give_way()

    def rest(self) -> None:
        """The work is done."""
        self._is_busy.clear()
        self._heard_at = time.monotonic()
        self._probing.rest()

    def run(self) -> None:
        is_registered = False
        while True:
            try:
                is_registered = self._beat() if is_registered else self._register()
            except SQLAlchemyError as error:
                log.warning("worker's own beat waits for the database", error=str(error))
            time.sleep(self._studio.settings.beat_seconds * IDLE_BEATS if is_registered else 1)

    def _register(self) -> bool:
        seat = service.Seat(
            host=socket.gethostname(),
            queue=self._queue,
            process_id=self._process_id,
            pid=psutil.Process().pid,
            version=version("likewise"),
            devices=[device.model_dump() for device in devices.found()],
            taken=frozenset(psutil.pids()),
        )
        worker_id = self._studio.database.retrying(lambda s: service.register(s, seat))
        log.info("worker registered", worker_id=worker_id, queue=self._queue)
        self._probing.register()
        return self._beat()

    def _beat(self) -> bool:
        """False where another process has taken the row for its own, or it was removed."""
        settings = self._studio.settings
        keep_ballast(settings.data, settings.ballast_bytes)
        measured = system.measure(settings.data)
        state = self._studio.database.retrying(
            lambda session: service.beat(session, self._process_id, measured)
        )
        if state is None:
            return False
        self._probing.go_on()
        if state is not self._state or state is not WorkerState.ACTIVE:
            self._heed(state)  # again and again: Celery may not have been listening yet
        if self._is_deaf():
            log.warning("worker heard no message of work that is there; it begins anew")
            drain.begin_restart()
        return True

    def _heed(self, state: WorkerState) -> None:
        if state is not self._state:
            log.info("an operator changed what is wanted of this worker", state=state)
        self._state = state
        if state is WorkerState.DRAINING:
            drain.begin_here()
        else:
            drain.end_here()
        if self._name is None:
            return
        control = self._celery.control
        listen = control.add_consumer if state is WorkerState.ACTIVE else control.cancel_consumer
        listen(self._queue, destination=[self._name])
        self._heard_at = time.monotonic()

    def _is_deaf(self) -> bool:
        """Whether there was work all the time, and nobody told this idle worker."""
        if self._is_busy.is_set() or self._state is not WorkerState.ACTIVE or drain.is_wanted():
            self._heard_at = time.monotonic()
            return False
        limits = limits_of(self._studio.settings)
        with self._studio.database.reading() as session:
            there_is_work = claims.is_waiting(session, [self._queue], RECIPE_SCHEMA, limits)
            may_work = service.may_work(session, self._process_id)
        if not (there_is_work and may_work):
            self._heard_at = time.monotonic()
        return time.monotonic() - self._heard_at > self._studio.settings.deaf_seconds
