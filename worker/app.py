"""The Celery application of a worker: one task, which does the best job of a queue to its end.

Celery routes, starts, stops and shows workers; what is to be done, and by whom, the database says.
Imports no torch: a job's process does.
"""

import os
import threading
import time
from functools import cache
from typing import Any

import structlog
from celery.signals import worker_ready, worker_shutdown, worker_shutting_down
from celery.worker.state import active_requests

from backend.broker import TASK, celery_app
from backend.ids import WorkerId
from backend.runs.reconciler import Reconciler
from backend.settings import Settings
from backend.studio import Studio
from worker.supervisor import drain
from worker.supervisor.work import work

log = structlog.get_logger()

app = celery_app(Settings())

IDLE_SECONDS = 5
"""A worker that was told to stop and does nothing for so long leaves, whatever Celery waits for."""


@cache
def _of_this_process() -> tuple[Studio, WorkerId]:
    """Made after the fork, in the pool's child: connections don't cross it. The id is new at each
    start, so that nothing an earlier process wrote late is taken for ours."""
    return Studio.open(Settings()), WorkerId.new()


@app.task(name=TASK)  # type: ignore[untyped-decorator]  # Celery has no types
def do_work(queue: str) -> None:
    drain.heed_signals()
    studio, worker_id = _of_this_process()
    work(studio, [queue], worker_id)


@worker_ready.connect  # type: ignore[untyped-decorator]
def _repair_from_now_on(**_: Any) -> None:
    """The parent repairs what a crash left, its own child's too.

    Not on SQLite: the pool forks a new child from this process, and SQLite's locks don't survive
    that. There the server, which is on the same machine, repairs alone.
    """
    studio = Studio.open(Settings())
    if not studio.database.is_sqlite:
        Reconciler(studio).start()
    threading.Thread(target=_leave_for_certain, daemon=True).start()


def _leave_for_certain() -> None:
    """Celery's own shutdown was once seen to wait for ever, when a message came in that moment."""
    idle = 0
    while idle < IDLE_SECONDS:
        time.sleep(1)
        idle = idle + 1 if drain.is_wanted() and not active_requests else 0
    log.warning("worker leaves without waiting for Celery")
    drain.forget()
    os._exit(0)


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _drain(**_: Any) -> None:
    drain.begin()


@worker_shutdown.connect  # type: ignore[untyped-decorator]
def _leave(**_: Any) -> None:
    drain.forget()
