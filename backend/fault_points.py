"""Places where a process can be made to fail, so that a test can show that nothing is lost there.

LIKEWISE_FAULT=name:n:how arms one of them when a process starts: the n-th time that it passes
`name`, it fails as `how` says, and never again. Without the variable nothing can happen. Names are
literals, so that the tests find each of them in the code.
"""

import errno
import logging
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

VARIABLE = "LIKEWISE_FAULT"

log = logging.getLogger(__name__)


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _hang() -> None:
    threading.Event().wait()


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _raise() -> None:
    raise OSError(errno.EIO, "a planted fault")


def _full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


HOW: Mapping[str, Callable[[], None]] = {
    "kill": _kill,
    "hang": _hang,  # for good
    "stop": _stop,  # until somebody sends SIGCONT
    "raise": _raise,
    "full": _full,  # as a disk without room does
}


@dataclass
class Armed:
    """What this process is to do, where, and how often it has passed each point so far."""

    name: str
    nth: int
    fail: Callable[[], None]
    passed: Counter[str] = field(default_factory=Counter)


@cache
def armed() -> Armed | None:
    """None in every process that a test did not start. Raises where the variable can't be read."""
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return None
    name, nth, how = wanted.split(":")
    log.warning("a fault is planted: %s", wanted)
    return Armed(name, int(nth), HOW[how])


def fault_point(name: str) -> None:
    """Fail here, if this process is armed to do so now."""
    plan = armed()
    if plan is None:
        return
    plan.passed[name] += 1
    if plan.name == name and plan.passed[name] == plan.nth:
        plan.fail()
