"""How attempts end, in words: what a person reads when a run waits again, pauses or has failed."""

from dataclasses import dataclass
from typing import Any

from backend.problems import Refusal
from backend.runs.states import Outcome
from worker.supervisor.kinds import Keep

REASONS = {
    Outcome.DRAINED: "the worker was told to stop; it goes on from its checkpoint",
    Outcome.OUT_OF_MEMORY: "a batch did not fit into the memory; it goes on with half of it",
    Outcome.SHORT_OF_HOSTS: "not enough hosts came; it waits for another turn",
    Outcome.HOST_MEMORY: "the machine ran out of memory, and ended it",
}


@dataclass(frozen=True)
class Ended:
    """How an attempt ended, why, and what is to be kept of it. `room_bytes` is how much disk it
    waits for, where it was paused for want of it."""

    outcome: Outcome
    reason: str | None = None
    problem: dict[str, Any] | None = None
    keep: Keep | None = None
    room_bytes: int | None = None


def plain(code: str, title: str, detail: str) -> dict[str, Any]:
    return {"code": code, "title": title, "detail": detail}


def refused(refusal: Refusal) -> Ended:
    """The end of a job that can't be done, in the words of what refuses it."""
    first = refusal.problems[0]
    return Ended(Outcome.REFUSED, first.title, plain(first.code, first.title, first.detail))


def crash(said: str) -> dict[str, Any]:
    return plain(
        "crashed",
        "It crashed again and again",
        f"In the last try {said}. Its log holds the last lines.",
    )


def hung(seconds: float) -> dict[str, Any]:
    return plain(
        "hung",
        "It hung again and again",
        f"In the last try there was no sign of life for {seconds:,.0f} s. Its log says where each "
        "process stood. If a step can take that long, raise LIKEWISE_HANG_SECONDS.",
    )


def out_of_host_memory() -> dict[str, Any]:
    return plain(
        "host_out_of_memory",
        "The machine's memory is too small",
        "The system ended it twice for want of memory, the second time with half as much at once. "
        "Give the worker more memory, let less run beside it, or keep fewer rows aside.",
    )


def device_failed(said: str) -> dict[str, Any]:
    return plain(
        "device_failed",
        "A graphics card failed",
        f"{said}. Nothing runs on it until a person has looked at it and lets it be used again, "
        "on the page of the workers.",
    )


def out_of_time(seconds: float) -> dict[str, Any]:
    return plain(
        "time_limit",
        "It reached its time limit",
        f"It may take {seconds:,.0f} s and has not ended by then. What it has learned is kept for a "
        "day: raise its limit and try it again, and it goes on from there.",
    )
