"""How a job's process ends when it doesn't end well: each reason has its exit code and its words."""

import shutil
from collections.abc import Callable

from backend.disk import is_full, room_wanted
from worker import device_faults
from worker.exits import Exit
from worker.jobs.folder import JobFolder
from worker.jobs.no_room import NoRoom

DISK_FULL = (
    "disk_full",
    "The disk is full",
    "There was no room left for what it writes. It is paused, and what it has kept so far stays: "
    "make room, and it goes on by itself.",
)

DISK_WAITS = (
    "There is less, so it was paused before it began to write. What it has kept so far stays: make "
    "room, and it goes on by itself."
)


class Refused(Exception):
    """The job can't be done as it was ordered; trying again would change nothing."""

    def __init__(self, code: str, title: str, detail: str, exit_code: Exit = Exit.REFUSED) -> None:
        super().__init__(detail)
        self.code, self.title, self.detail = code, title, detail
        self.exit_code = exit_code


class OutOfMemory(Exception):
    """A batch did not fit into the device's memory, and half of it may: a new process tries."""


class Stopped(Exception):
    """The worker is to leave; what was done is in a checkpoint, or can be done again."""


def run(folder: JobFolder, work: Callable[[], None]) -> Exit:
    """Do the work and say how it ended. What is not foreseen here passes: it is a crash, its stack
    goes to the log, and the job is tried again."""
    try:
        work()
    except Refused as refusal:
        folder.refuse(refusal.code, refusal.title, refusal.detail)
        return refusal.exit_code
    except Stopped:
        return Exit.DRAINED
    except OutOfMemory:
        return Exit.OUT_OF_MEMORY
    except NoRoom as lack:
        folder.refuse(DISK_FULL[0], str(lack), DISK_WAITS, room_bytes=lack.needed_bytes)
        return Exit.DISK_FULL
    except Exception as error:
        if device_faults.is_fault(error):
            folder.refuse("device_failed", "A graphics card failed", str(error).splitlines()[0])
            return Exit.DEVICE_LOST
        if not is_full(error, folder.path):
            raise
        _make_room(folder)
        folder.refuse(*DISK_FULL, room_bytes=room_wanted(folder.path))
        return Exit.DISK_FULL
    return Exit.DONE


def _make_room(folder: JobFolder) -> None:
    """Remove what is half-written, so that there is room to say what happened."""
    for part in folder.checkpoints.glob("*.part"):
        shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(folder.result, ignore_errors=True)
