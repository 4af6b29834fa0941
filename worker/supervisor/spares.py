"""A process that is kept ready for the next training, so that it begins as soon as it is asked for.

Importing torch and all that stands on it takes some ten seconds, the same for every run. One idle
process waits with that done (worker/jobs/spare.py); a job takes it if it needs nothing else of its
environment. It has touched no device and costs some 500 MB of the host's memory.
"""

import json
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MODULE = "worker.jobs.train"
"""What is kept ready. Other jobs import little."""


@dataclass(frozen=True)
class _Spare:
    process: "subprocess.Popen[bytes]"
    orders: socket.socket
    environment: Mapping[str, str]


_spare: _Spare | None = None


def keep_one(environment: Mapping[str, str]) -> None:
    """Have one ready from now on, in this environment; to be called where no job runs."""
    global _spare
    if _spare is not None and _spare.process.poll() is None:
        return
    drop()
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "worker.jobs.spare", MODULE, str(theirs.fileno())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=dict(environment),
            start_new_session=True,
            pass_fds=(theirs.fileno(),),
        )
    _spare = _Spare(process, ours, environment)


def take(
    module: str, folder: Path, environment: Mapping[str, str], log: int, inherited: Sequence[int]
) -> "subprocess.Popen[bytes] | None":
    """The one that is ready, which does this job now; None where there is none that could."""
    global _spare
    spare = _spare
    if spare is None or module != MODULE or dict(environment) != dict(spare.environment):
        return None
    _spare = None
    with spare.orders:
        if spare.process.poll() is not None:
            return None
        order = json.dumps({"arguments": [module, str(folder)]}).encode()
        try:
            socket.send_fds(spare.orders, [order], [log, *inherited])
        except OSError:  # it has ended in this moment
            spare.process.wait()
            return None
    return spare.process


def drop() -> None:
    """Have none ready any more."""
    global _spare
    if _spare is not None:
        _spare.orders.close()
        _spare.process.kill()
        _spare.process.wait()
        _spare = None
