"""`python -m worker.jobs.spare MODULE SOCKET`: a job's process that is ready before there is a job.

It imports the module, which for a training takes longer than anything else between a click and its
first step. Then it waits for an order, becomes what `python -m MODULE FOLDER` would have been, and
ends with it: it does one job and no other. Nobody but its supervisor has the other end of the
socket: if that is closed, the supervisor is gone.
"""

import importlib
import json
import os
import socket
import sys
import threading
from typing import Any

MOST_BYTES = 65_536
MOST_DESCRIPTORS = 256  # the log, and the lock of each device


def main() -> int:
    """Errors of the module's import pass: the supervisor then starts a process as usual."""
    with socket.socket(fileno=int(sys.argv[2])) as orders:
        threading.Thread(target=_leave_with_the_supervisor, args=(orders,), daemon=True).start()
        module = importlib.import_module(sys.argv[1])
        said, descriptors, _flags, _address = socket.recv_fds(orders, MOST_BYTES, MOST_DESCRIPTORS)
    if not said:
        return 0  # nobody will come
    _become(json.loads(said), descriptors)
    return int(module.main())


def _leave_with_the_supervisor(orders: socket.socket) -> None:
    """In the middle of an import, too. It takes nothing from the socket."""
    if not orders.recv(1, socket.MSG_PEEK):
        os._exit(0)


def _become(order: dict[str, Any], descriptors: list[int]) -> None:
    """What it prints goes where the order says; the other descriptors are held to its end."""
    log, *_locks = descriptors
    for stream in (1, 2):
        os.dup2(log, stream)
    os.close(log)
    sys.argv = order["arguments"]


if __name__ == "__main__":
    sys.exit(main())
