"""A job's process: started with a pipe that only we hold, in a group of its own, ended for certain."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from typing import Self

from worker.jobs.folder import JobFolder

_OURS_ALONE = (
    "LIKEWISE_DATABASE",
    "LIKEWISE_BROKER",
    "LIKEWISE_STORAGE",
    "LIKEWISE_SECRET",
    "LIKEWISE_DRAIN",
    "AWS_",
    "PG",
)
"""How names begin in the environment that a job has no business with."""


class JobProcess:
    """`python -m <module> <folder>`; what it prints goes to the folder's log. Of the environment it
    sees all but what is ours alone, and of that what begins as one of `allowed` does."""

    def __init__(self, module: str, folder: JobFolder, allowed: tuple[str, ...] = ()) -> None:
        with folder.log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, str(folder.path)],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
                env=_environment(allowed),
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait(self, seconds: float) -> int | None:
        """Its exit code (negative: the signal that ended it), or None if it still works then."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def ask_to_stop(self) -> None:
        self._signal(signal.SIGTERM)

    def dump_stacks(self) -> None:
        self._signal(signal.SIGUSR1)
        time.sleep(0.5)  # it writes them itself, into its log

    def kill(self) -> None:
        """End the whole group, at once and for certain."""
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def _environment(allowed: tuple[str, ...]) -> dict[str, str]:
    hidden = tuple(start for start in _OURS_ALONE if start not in allowed)
    seen = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    return seen | {"PYTHONUNBUFFERED": "1", "TOKENIZERS_PARALLELISM": "false"}


def say_how_it_ended(code: int) -> str:
    """An exit code in words, for the log."""
    if code >= 0:
        return f"its process ended with {code}"
    return f"its process was ended by {signal.Signals(-code).name}"
