"""The Celery application of a worker: one task, which does the best job of a queue to its end.

Celery routes, starts, stops and shows workers; what is to be done, and by whom, the database says.
Imports no torch: a job's process does.
"""

import os
import sys
import threading
import time
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

import psutil
import structlog
from celery.signals import (
    setup_logging,
    worker_process_init,
    worker_process_shutdown,
    worker_ready,
    worker_shutting_down,
)
from celery.worker.state import active_requests

from backend import logs
from backend.bell import TASK, celery_app
from backend.ids import WorkerId
from backend.runs.reconciler import Reconciler
from backend.runs.room import go_on_where_there_is_room
from backend.runs.states import QUEUE_OF, JobKind
from backend.settings import Settings
from backend.studio import Studio
from backend.workers.watch import WorkerWatch
from worker.seat import Seat
from worker.supervisor import drain, spares
from worker.supervisor.process import environment
from worker.supervisor.work import work
from worker.supervisor.world import ranks_here

log = structlog.get_logger()

app = celery_app(Settings())

QUEUE, NAME = "LIKEWISE_WORKER_QUEUE", "LIKEWISE_WORKER_NAME"
"""In the environment, from the worker's parent to its slots: their queue, and what Celery calls
the worker; the name is missing where it has several slots."""

IDLE_SECONDS = 5
"""A worker that was told to stop and does nothing for so long leaves, whatever Celery waits for."""


@dataclass(frozen=True)
class _OfThisProcess:
    studio: Studio
    worker_id: WorkerId
    seat: Seat


@cache
def _of_this_process() -> _OfThisProcess:
    """Made after the fork, in the pool's child: connections don't cross it. The id is new at each
    start, so that nothing an earlier process wrote late is taken for ours."""
    studio, worker_id = Studio.open(Settings()), WorkerId.new()
    queue, name = os.environ.get(QUEUE, "gpu"), os.environ.get(NAME)
    return _OfThisProcess(studio, worker_id, Seat(studio, queue, worker_id, app, name))


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _take_the_seat(**_: Any) -> None:
    _of_this_process().seat.start()
    _be_ready()


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]
def _leave_nothing_behind(**_: Any) -> None:
    spares.drop()


@app.task(name=TASK)  # type: ignore[untyped-decorator]  # Celery has no types
def do_work(queue: str) -> None:
    drain.heed_signals()
    ours = _of_this_process()
    ours.seat.hear()
    try:
        work(ours.studio, [queue], ours.worker_id)
    finally:
        ours.seat.rest()
        _be_ready()


def _be_ready() -> None:
    """Have a process ready for the next training, where this worker has trainings to expect, and
    they are of one process."""
    settings = _of_this_process().studio.settings
    is_for_trainings = os.environ.get(QUEUE) != QUEUE_OF[JobKind.IMPORT]
    is_of_use = is_for_trainings and ranks_here(settings) == 1
    if settings.keep_ready and is_of_use and not drain.is_wanted():
        spares.keep_one(environment())


@setup_logging.connect  # type: ignore[untyped-decorator]  # Celery then sets up none of its own
def _tell_facts(**_: Any) -> None:
    logs.begin()


@worker_ready.connect  # type: ignore[untyped-decorator]
def _repair_from_now_on(**_: Any) -> None:
    """The parent repairs what a crash left, its own child's too.

    Not on SQLite: the pool forks a new child from this process, and SQLite's locks don't survive
    that. There the server, which is on the same machine, repairs alone.
    """
    studio = Studio.open(Settings())
    if not studio.database.is_sqlite:
        watch = WorkerWatch(studio.settings.lost_seconds)
        Reconciler(studio, watch, go_on_where_there_is_room).start()
    threading.Thread(target=_leave_for_certain, daemon=True).start()


def _leave_for_certain() -> None:
    """Celery's own shutdown was once seen to wait for ever, when a message came in that moment."""
    idle = 0
    while idle < IDLE_SECONDS:
        time.sleep(1)
        idle = idle + 1 if drain.is_wanted() and not active_requests else 0
    log.warning("worker leaves without waiting for Celery")
    leave()


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _drain(**_: Any) -> None:
    drain.begin()


def leave() -> NoReturn:
    """End this process, or begin it anew where that is wanted."""
    is_restart = drain.is_restart()
    drain.forget()
    if is_restart:
        for child in psutil.Process().children(recursive=True):
            child.kill()
        os.execv(sys.executable, [sys.executable, "-m", "worker.run", *sys.argv[1:]])
    os._exit(0)
