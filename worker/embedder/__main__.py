"""`python -m worker.embedder`: the embedder, on its socket or, in production, on a port.

It leaves when nobody has asked for a while, and when whoever started it is gone (the end of the
pipe that is its standard input). In production it has no such pipe and stays.
"""

import os
import stat
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import torch
import uvicorn
from filelock import FileLock, Timeout

from backend import logs
from backend.settings import Settings
from worker.embedder.app import Clock, create_app
from worker.embedder.shelf import Shelf

THREADS = 1
"""A second pool of busy threads beside a training makes both collapse; short texts need no more."""

QUIET: Final[dict[str, Any]] = {"log_level": "warning", "log_config": None}
"""Only what is wrong is told, through our own handler."""


def main() -> int:
    logs.begin()
    settings = Settings()
    torch.set_num_threads(THREADS)
    clock = Clock()
    app = create_app(Shelf(settings), clock)
    if settings.embedder_url is not None:
        url = urlsplit(settings.embedder_url)
        uvicorn.run(app, host=settings.host, port=url.port or 8001, **QUIET)
        return 0
    socket = settings.socket("embedder")
    try:
        lock = FileLock(f"{socket}.lock").acquire(timeout=0)
    except Timeout:
        return 0  # another embedder of this data folder answers
    with lock:
        socket.unlink(missing_ok=True)
        server = uvicorn.Server(uvicorn.Config(app, uds=str(socket), **QUIET))
        for leave in (_at_end_of_pipe, lambda: _when_idle(clock, settings.embedder_idle_seconds)):
            threading.Thread(target=_then_stop, args=(leave, server), daemon=True).start()
        server.run()
        socket.unlink(missing_ok=True)
    return 0


def _then_stop(leave: Callable[[], None], server: uvicorn.Server) -> None:
    leave()
    server.should_exit = True


def _at_end_of_pipe() -> None:
    if not stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        threading.Event().wait()
    sys.stdin.buffer.read()


def _when_idle(clock: Clock, seconds: float) -> None:
    while (idle := clock.idle_seconds()) < seconds:
        time.sleep(seconds - idle)


if __name__ == "__main__":
    sys.exit(main())
