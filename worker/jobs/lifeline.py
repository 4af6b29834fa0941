"""What ties a job's process to its supervisor, so that neither outlives its use.

Standard input is a pipe that the supervisor alone holds: its end means that the supervisor is dead,
whatever killed it. Its first line is the token for the Hub. SIGTERM asks for a stop at the next
safe place.
"""

import atexit
import contextlib
import faulthandler
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from worker.exits import Exit
from worker.jobs import hub_access

_ORPHANED = 1

_SCORE = Path("/proc/self/oom_score_adj")
"""Where memory is short, the system ends us before our supervisor, which has something to tell."""


class Lifeline:
    """`wants_stop` is set when the worker is to be stopped: write a checkpoint and leave. With
    `at_once` the process ends there and then: it has nothing to save."""

    def __init__(self, at_once: bool = False) -> None:
        self._at_once = at_once
        self.wants_stop = threading.Event()

    def hold(self) -> None:
        """Watch the pipe and the signals, from now on; call it in the main thread."""
        faulthandler.register(signal.SIGUSR1)  # a hanging process says where it hangs
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is its supervisor's
        # Python's last steps put the system's own SIGTERM back, which would undo what is done.
        atexit.register(signal.signal, signal.SIGTERM, signal.SIG_IGN)
        hub_access.receive()
        threading.Thread(target=_leave_at_end_of_pipe, daemon=True).start()
        with contextlib.suppress(OSError):  # only Linux has it
            _SCORE.write_text("500")

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.wants_stop.set()
        if self._at_once:
            os._exit(Exit.DRAINED)


def _leave_at_end_of_pipe() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(_ORPHANED)
