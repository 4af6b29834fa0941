"""`python -m worker.run --queue gpu`: a worker for one queue.

One training at a time, or `cpu_slots` jobs that need no GPU. SIGTERM, Ctrl-C, and the end of the
pipe that is its standard input (its starter is gone) make it write a checkpoint, give the job back
and leave.
"""

import argparse
import contextlib
import os
import signal
import socket
import stat
import sys
import threading

from backend import logs
from backend.broker import QUEUES
from backend.runs.limits import limits_of
from backend.settings import Settings
from worker import devices
from worker.supervisor import drain

CPU = "cpu"
"""The queue of the jobs that need no GPU."""


def main() -> None:
    parser = argparse.ArgumentParser(description="A worker of Likewise, for one queue.")
    parser.add_argument("--queue", default="gpu", help=f"one of {', '.join(QUEUES)}, or your own")
    parser.add_argument(
        "--devices", help="the GPUs that it may use, such as 0,1: all of them train one model"
    )
    asked = parser.parse_args()
    queue: str = asked.queue
    if asked.devices:
        devices.narrow_to(asked.devices)
    logs.begin()
    settings = Settings()
    limits_of(settings)  # a wrong setting is told now, not to the first job
    drain.name_file(settings.socket("drain").parent)
    slots = settings.cpu_slots if queue == CPU else 1
    name = f"{_name(queue, asked.devices)}@{socket.gethostname()}"
    from worker.app import NAME, QUEUE, app, leave

    os.environ[QUEUE] = queue
    if slots == 1:
        os.environ[NAME] = name

    if stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        threading.Thread(target=_leave_with_the_starter, daemon=True).start()
    with contextlib.suppress(SystemExit):  # how Celery ends
        app.worker_main(
            [
                "worker",
                "--pool=prefork",
                f"--concurrency={slots}",
                f"--queues={queue}",
                f"--hostname={name}",
                "--without-gossip",
                "--without-mingle",
                "--loglevel=INFO",
            ]
        )
    leave()


def _name(queue: str, named: str | None) -> str:
    """Two workers of a machine must not share one: Celery would take them for the same."""
    return f"{queue}-{named.replace(',', '-')}" if named else queue


def _leave_with_the_starter() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
