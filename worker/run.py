"""`python -m worker.run --queue gpu`: a worker for one queue.

One training at a time, or `cpu_slots` jobs that need no GPU. SIGTERM, Ctrl-C, and the end of the
pipe that is its standard input (its starter is gone) make it write a checkpoint, give the job back
and leave.
"""

import argparse
import os
import signal
import stat
import sys
import threading

from backend.broker import QUEUES
from backend.runs.limits import limits_of
from backend.settings import Settings
from worker.supervisor import drain

CPU = "cpu"
"""The queue of the jobs that need no GPU."""


def main() -> None:
    parser = argparse.ArgumentParser(description="A worker of Likewise, for one queue.")
    parser.add_argument("--queue", default="gpu", help=f"one of {', '.join(QUEUES)}, or your own")
    queue = parser.parse_args().queue
    settings = Settings()
    limits_of(settings)  # a wrong setting is told now, not to the first job
    drain.name_file(settings.socket("drain").parent)
    from worker.app import app

    if stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        threading.Thread(target=_leave_with_the_starter, daemon=True).start()
    app.worker_main(
        [
            "worker",
            "--pool=prefork",
            f"--concurrency={settings.cpu_slots if queue == CPU else 1}",
            f"--queues={queue}",
            f"--hostname={queue}@%h",
            "--without-gossip",
            "--without-mingle",
            "--loglevel=INFO",
        ]
    )


def _leave_with_the_starter() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
