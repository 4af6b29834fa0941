"""What a job must be after each act, in a few lines of Python: the state machine without a database.

`running` has a holder, whose token is (attempt, worker); acts that name another are refused.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

MOST_FAILURES = 3

ENDED = ("succeeded", "failed", "cancelled")


@dataclass
class Modelled:
    """A job as it must be. `told` is what its events must say, in order."""

    priority: int
    status: str = "queued"
    attempt: int = 0
    failures: int = 0
    beat: int = 0
    upto: int = 0
    halvings: int = 0
    wish: str | None = None
    worker: str | None = None
    told: list[str] = field(default_factory=lambda: ["queued"])

    def becomes(self, status: str) -> None:
        self.status, self.wish, self.worker = status, None, None
        self.told.append(status)

    def claimed(self, worker: str) -> None:
        self.becomes("running")
        self.attempt, self.beat, self.worker = self.attempt + 1, 0, worker

    def ends(self, outcome: str) -> None:
        self.failures, self.halvings, status = AFTER[outcome](self)
        self.becomes(status)


def _waits(job: Modelled, failures: int = 0, halvings: int = 0) -> tuple[int, int, str]:
    """Back into the queue, unless a person wished otherwise or it has failed too often."""
    wished = {"cancel": "cancelled", "pause": "paused"}.get(job.wish or "")
    if wished:
        return job.failures, job.halvings, wished
    if job.failures + failures > MOST_FAILURES:
        return job.failures + failures, job.halvings, "failed"
    return job.failures + failures, job.halvings + halvings, "queued"


def _no_host_memory(job: Modelled) -> tuple[int, int, str]:
    """Once more with half the batch; the second time it is over."""
    if job.wish or job.failures < 1:
        return _waits(job, failures=1, halvings=1)
    return job.failures + 1, job.halvings, "failed"


AFTER: dict[str, Callable[[Modelled], tuple[int, int, str]]] = {
    "succeeded": lambda j: (
        j.failures,
        j.halvings,
        "cancelled" if j.wish == "cancel" else "succeeded",
    ),
    "refused": lambda j: (j.failures, j.halvings, "failed"),
    "cancelled": lambda j: (j.failures, j.halvings, "cancelled"),
    "paused": lambda j: (j.failures, j.halvings, "paused"),
    "drained": _waits,
    "out_of_memory": lambda j: _waits(j, halvings=1),
    "host_memory": _no_host_memory,
    "short_of_hosts": _waits,
    "crashed": lambda j: _waits(j, failures=1),
    "lost": lambda j: _waits(j, failures=1),
}
