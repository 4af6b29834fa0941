"""One studio on a data folder at a time.

Two locks, both the kernel's, so that none outlives its holder: `starter.lock` is the starter's own;
`children.lock` is inherited by all its children. After a kill -9 of the starter the first is free
at once and the second when its children, who see their stdin end, are gone.
"""

import fcntl
import time
from pathlib import Path
from typing import IO

from likewise.embedded import running
from likewise.embedded.problems import DataInUse, LastStudioStillEnds

PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.1


class DataLock:
    """The right to run a studio on `data`.

    Raises DataInUse where one runs, LastStudioStillEnds where one was killed and its children
    haven't ended within a minute.
    """

    def __init__(self, data: Path, patience_seconds: float = PATIENCE_SECONDS) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._starter = (data / "starter.lock").open("w")
        if not _taken(self._starter):
            self._starter.close()
            raise DataInUse(data, running.read(data))
        self._children = (data / "children.lock").open("w")
        deadline = time.monotonic() + patience_seconds
        while not _taken(self._children):
            if time.monotonic() > deadline:
                self.release()
                raise LastStudioStillEnds(data / "children.lock")
            time.sleep(LOOK_SECONDS)

    @property
    def inherited(self) -> int:
        """The file descriptor that every child is to hold."""
        return self._children.fileno()

    def release(self) -> None:
        self._children.close()
        self._starter.close()


def _taken(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
