"""How a job's process ends when it doesn't end well: each reason has its exit code and its words."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from worker.exits import Exit
from worker.jobs.folder import JobFolder


class Refused(Exception):
    """The job can't be done as it was ordered; trying again would change nothing."""

    def __init__(self, code: str, title: str, detail: str, exit_code: Exit = Exit.REFUSED) -> None:
        super().__init__(detail)
        self.code, self.title, self.detail = code, title, detail
        self.exit_code = exit_code


class Stopped(Exception):
    """The worker is to leave; what was done is in a checkpoint, or can be done again."""


def run(folder: JobFolder, work: Callable[[], None]) -> Exit:
    """Do the work and say how it ended. What is not foreseen here passes: it is a crash, its stack
    goes to the log, and the job is tried again."""
    try:
        with _full_disk_named():
            work()
    except Refused as refusal:
        folder.refuse(refusal.code, refusal.title, refusal.detail)
        return refusal.exit_code
    except Stopped:
        return Exit.DRAINED
    return Exit.DONE


@contextmanager
def _full_disk_named() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise Refused(
            "disk_full",
            "The disk is full",
            f"There was no room for {error.filename or 'a file'}. The run is paused; make room.",
            Exit.DISK_FULL,
        ) from error
