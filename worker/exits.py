"""With what a job's process ends, and what that means: the one table for both of its sides."""

from enum import IntEnum

from backend.runs.states import Outcome


class Exit(IntEnum):
    DONE = 0
    REFUSED = 10
    DIVERGED = 11
    OUT_OF_MEMORY = 75
    DEVICE_LOST = 76
    DISK_FULL = 77
    DRAINED = 78


OUTCOME_OF = {
    Exit.DONE: Outcome.SUCCEEDED,
    Exit.REFUSED: Outcome.REFUSED,
    Exit.DIVERGED: Outcome.REFUSED,
    Exit.OUT_OF_MEMORY: Outcome.OUT_OF_MEMORY,
    Exit.DEVICE_LOST: Outcome.CRASHED,
    Exit.DISK_FULL: Outcome.PAUSED,
    Exit.DRAINED: Outcome.DRAINED,
}


def outcome_of(code: int) -> Outcome:
    """What an exit code means; a signal, or one that we never give, is a crash. (A SIGKILL is not,
    where the system sent it for want of memory: that the code alone doesn't say.)"""
    return OUTCOME_OF[Exit(code)] if code in OUTCOME_OF else Outcome.CRASHED
