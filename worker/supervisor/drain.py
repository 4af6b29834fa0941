"""How a worker's parent tells its child to stop what it does: by a file.

Celery tells a running task nothing at shutdown, and a signal reaches the parent only, or the whole
group, or the child alone. A file is seen in each of these cases, and whatever the pool's way of
starting children is.
"""

import os
import signal
import threading
from pathlib import Path
from types import FrameType

VARIABLE = "LIKEWISE_DRAIN_FILE"
RESTART = "restart"


def name_file(folder: Path) -> None:
    """In the parent, before it has children: name the file, in a folder that is ours alone, and
    make sure that it isn't there."""
    path = folder / f"drain-{os.getpid()}"
    path.unlink(missing_ok=True)
    os.environ[VARIABLE] = str(path)


def begin() -> None:
    """Ask the running job to stop. Safe in a signal handler: it does nothing but touch a file."""
    if name := os.environ.get(VARIABLE):
        Path(name).touch()


_here = threading.Event()
"""An operator wants it of this process alone, and may change their mind."""


def begin_here() -> None:
    _here.set()


def end_here() -> None:
    _here.clear()


def is_wanted() -> bool:
    name = os.environ.get(VARIABLE)
    return _here.is_set() or (name is not None and Path(name).exists())


def begin_restart() -> None:
    """Ask the running job to stop, and the whole worker to begin anew."""
    if name := os.environ.get(VARIABLE):
        Path(name).write_text(RESTART)
    os.kill(os.getppid(), signal.SIGTERM)


def is_restart() -> bool:
    """Whether the worker is to begin anew once it has left."""
    name = os.environ.get(VARIABLE)
    return name is not None and Path(name).exists() and Path(name).read_text() == RESTART


def heed_signals() -> None:
    """In the task's body: a SIGTERM or SIGQUIT to this child means the same. Celery's pool resets
    handlers that are set earlier."""
    for number in (signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, _on_signal)


def _on_signal(_signal: int, _frame: FrameType | None) -> None:
    begin()


def forget() -> None:
    if name := os.environ.get(VARIABLE):
        Path(name).unlink(missing_ok=True)
