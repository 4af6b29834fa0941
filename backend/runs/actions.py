"""What can be done with a job now: the API names it, the pages show it as buttons."""

from enum import StrEnum

from backend.runs.states import NEEDS_WHAT_IT_USED_UP, JobStatus, Wish
from backend.runs.tables import Job


class Action(StrEnum):
    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    RETRY = "retry"


def actions(job: Job) -> list[Action]:
    """In the order of how likely they are wanted."""
    if job.wish is Wish.CANCEL:
        return []
    if job.wish is Wish.PAUSE:
        return [Action.CANCEL]
    match job.status:
        case JobStatus.QUEUED | JobStatus.RUNNING:
            return [Action.PAUSE, Action.CANCEL]
        case JobStatus.PAUSED:
            return [Action.RESUME, Action.CANCEL]
        case JobStatus.FAILED | JobStatus.CANCELLED:
            return [] if job.kind in NEEDS_WHAT_IT_USED_UP else [Action.RETRY]
    return []
