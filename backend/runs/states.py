"""A run's states, and what may follow what. Pure: no clock, no database.

queued ──claim──▶ running ──▶ succeeded | failed | cancelled
  ▲ ▲                │
  │ └── worker lost, stopped, or to be tried again
  └──── resume ── paused
"""

from dataclasses import dataclass
from enum import StrEnum


class JobStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_ended(self) -> bool:
        return self in (JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED)


class Phase(StrEnum):
    """What a running job is at."""

    PREPARING = "preparing"
    TRAINING = "training"
    EVALUATING = "evaluating"
    SAVING = "saving"


class Wish(StrEnum):
    """What a person wants of a running job; its supervisor heeds it with the next beat."""

    CANCEL = "cancel"
    PAUSE = "pause"


class JobKind(StrEnum):
    TRAIN = "train"
    IMPORT = "import"
    PREVIEW = "preview"
    PROFILE = "profile"
    CONVERT = "convert"
    MINE = "mine"
    PROVE = "prove"
    GUARD = "guard"
    BLEND = "blend"
    PUBLISH = "publish"
    MEASURE_SIZES = "measure_sizes"
    SHRINK = "shrink"
    EXPORT = "export"
    SEE = "see"


QUEUE_OF = {
    JobKind.TRAIN: "gpu",
    JobKind.IMPORT: "cpu",
    JobKind.PREVIEW: "cpu",
    JobKind.PROFILE: "cpu",
    JobKind.CONVERT: "cpu",
    JobKind.MINE: "gpu",
    JobKind.PROVE: "gpu",
    JobKind.GUARD: "gpu",
    JobKind.BLEND: "gpu",
    JobKind.PUBLISH: "cpu",
    JobKind.MEASURE_SIZES: "gpu",
    JobKind.SHRINK: "gpu",
    JobKind.EXPORT: "cpu",
    JobKind.SEE: "gpu",
}

PRIORITIES = range(-100, 101)
"""Higher goes first; 0 is what a job has that nobody spoke of."""

NEEDS_WHAT_IT_USED_UP = frozenset({JobKind.IMPORT, JobKind.PREVIEW})
"""What these were given is gone when they end: they are begun anew instead of tried again."""

MOST_FAILURES = 3
"""So many attempts in a row may fail without a new checkpoint between them."""


MOST_HOST_MEMORY_FAILURES = 1
"""What the machine had no memory for is tried once more with half as much at a time."""


class Outcome(StrEnum):
    """How an attempt ended, as its supervisor, or whoever missed the supervisor, saw it."""

    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"
    DRAINED = "drained"
    PAUSED = "paused"
    REFUSED = "refused"
    OUT_OF_MEMORY = "out_of_memory"  # of the device
    HOST_MEMORY = "host_memory"
    SHORT_OF_HOSTS = "short_of_hosts"
    CRASHED = "crashed"
    LOST = "lost"


@dataclass(frozen=True)
class Next:
    """What becomes of a job after an attempt."""

    status: JobStatus
    failures: int
    wait_seconds: float = 0.0
    halves_batch: bool = False


def decide_next(outcome: Outcome, failures: int, wish: Wish | None, retry_seconds: float) -> Next:
    """The state that follows an attempt that ended so.

    A crash is tried again at once the first time (a fault of the moment), later after
    `retry_seconds` · 3ⁿ; a refusal (wrong data, not-a-number) would only fail again, so it ends.
    """
    match outcome:
        case Outcome.SUCCEEDED:  # a success that comes late does not undo a person's stop
            stopped = wish is Wish.CANCEL
            return Next(JobStatus.CANCELLED if stopped else JobStatus.SUCCEEDED, failures)
        case Outcome.CANCELLED:
            return Next(JobStatus.CANCELLED, failures)
        case Outcome.PAUSED:
            return Next(JobStatus.PAUSED, failures)
        case Outcome.REFUSED:
            return Next(JobStatus.FAILED, failures)
        case Outcome.DRAINED | Outcome.OUT_OF_MEMORY | Outcome.HOST_MEMORY:
            pass
        case Outcome.CRASHED | Outcome.LOST | Outcome.SHORT_OF_HOSTS:
            pass
    if wish is not None:
        return Next(JobStatus.CANCELLED if wish is Wish.CANCEL else JobStatus.PAUSED, failures)
    if outcome is Outcome.DRAINED:
        return Next(JobStatus.QUEUED, failures)
    if outcome is Outcome.SHORT_OF_HOSTS:  # others may have their turn
        return Next(JobStatus.QUEUED, failures, wait_seconds=3 * retry_seconds)
    if outcome is Outcome.OUT_OF_MEMORY:  # no failure: it goes on with half the batch
        return Next(JobStatus.QUEUED, failures, halves_batch=True)
    if outcome is Outcome.HOST_MEMORY:
        is_again = failures >= MOST_HOST_MEMORY_FAILURES
        status = JobStatus.FAILED if is_again else JobStatus.QUEUED
        return Next(status, failures + 1, halves_batch=not is_again)
    if failures + 1 > MOST_FAILURES:
        return Next(JobStatus.FAILED, failures + 1)
    wait = 0.0 if failures == 0 else min(retry_seconds * 3.0 ** (failures - 1), 600.0)
    return Next(JobStatus.QUEUED, failures + 1, wait)
