"""`python -m worker.jobs.spare MODULE SOCKET`: a job's process that is ready before there is a job.

It imports the module, which for a training takes longer than anything else between a click and its
first step. Then it waits for an order, becomes what `python -m MODULE FOLDER` would have been, and
ends with it: it does one job and no other. Nobody but its supervisor has the other end of the
socket: if that is closed without an order, the supervisor is gone.
"""

import ctypes
import importlib
import json
import os
import queue
import signal
import socket
import sys
import threading
from dataclasses import dataclass

MOST_BYTES = 65_536
MOST_DESCRIPTORS = 256  # the log, and the lock of each device

_NOBODY_CAME = 1
_PR_SET_PDEATHSIG = 1  # prctl(2)


@dataclass(frozen=True)
class Order:
    """What to be called with, and where to print to; the other descriptors are held to the end."""

    arguments: list[str]
    log: int


def main() -> int:
    """Errors of the module's import pass: the supervisor then starts a process as usual."""
    _die_with_the_supervisor()
    orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(int(sys.argv[2]), orders), daemon=True).start()
    module = importlib.import_module(sys.argv[1])
    order = orders.get()
    for stream in (1, 2):
        os.dup2(order.log, stream)
    os.close(order.log)
    sys.argv = order.arguments
    return int(module.main())


def _die_with_the_supervisor() -> None:
    """At once, on Linux: while a library is loaded no thread of ours could hear that it has gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _listen(descriptor: int, orders: "queue.SimpleQueue[Order]") -> None:
    """Hear the one order, or that none will come: in the middle of an import, too."""
    with socket.socket(fileno=descriptor) as supervisor:
        said, descriptors, *_ = socket.recv_fds(supervisor, MOST_BYTES, MOST_DESCRIPTORS)
    if not said:
        os._exit(_NOBODY_CAME)
    orders.put(Order(json.loads(said)["arguments"], log=descriptors[0]))


if __name__ == "__main__":
    sys.exit(main())
