"""What ties a job's process to its supervisor, so that neither outlives its use.

Standard input is a pipe that the supervisor alone holds: its end means that the supervisor is dead,
whatever killed it. SIGTERM asks for a stop at the next safe place.
"""

import faulthandler
import os
import signal
import sys
import threading
from types import FrameType

_ORPHANED = 1


class Lifeline:
    """`wants_stop` is set when the worker is to be stopped: write a checkpoint and leave."""

    def __init__(self) -> None:
        self.wants_stop = threading.Event()

    def hold(self) -> None:
        """Watch the pipe and the signals, from now on; call it in the main thread."""
        faulthandler.register(signal.SIGUSR1)  # a hanging process says where it hangs
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is its supervisor's
        threading.Thread(target=_leave_at_end_of_pipe, daemon=True).start()

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.wants_stop.set()


def _leave_at_end_of_pipe() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(_ORPHANED)
