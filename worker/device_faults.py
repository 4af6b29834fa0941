"""Faults of a graphics card that another try on it would not mend: it is taken out of use.

Sources: NVIDIA, "Xid Errors" (docs.nvidia.com/deploy/xid-errors); the words of CUDA's runtime.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pynvml

from worker import devices

XIDS = {
    48: "its memory has an error of two bits (ECC)",
    62: "its microcontroller halted",
    63: "a row of its memory could not be remapped",
    64: "a row of its memory could not be remapped",
    74: "its NVLink has an error",
    79: "it has fallen off the bus",
    92: "its memory has errors at a high rate (ECC)",
    94: "its memory has an error (ECC, contained)",
    95: "its memory has an error (ECC, uncontained)",
    119: "its system processor does not answer",
    120: "its system processor has an error",
    140: "its memory has an error (ECC, unrecovered)",
}
"""Those that speak of the card. Others, such as 13, 31 and 43, speak of the program."""

WORDS = (
    "uncorrectable ECC error",
    "hardware stack error",
    "uncorrectable NVLink error",
    "NVLink error was detected",
    "CUDA error: unspecified driver error",
    "CUDA-capable device(s) is/are busy or unavailable",
    "no CUDA-capable device is detected",
    "GPU is lost",
)
"""What a process hears of it, which has lost its card by then."""


def is_fault(error: BaseException) -> bool:
    """Whether an error, or what it came of, speaks of the card and not of the program."""
    link: BaseException | None = error
    while link is not None:
        if any(words in str(link) for words in WORDS):
            return True
        link = link.__cause__ or link.__context__
    return False


@dataclass(frozen=True)
class Fault:
    device_uuid: str
    said: str


class FaultWatch:
    """Hears of the faults of this worker's devices as its driver reports them."""

    def __init__(self, events: Any | None) -> None:
        self._events = events

    def next(self) -> Fault | None:
        """A fault that was reported since the last call, if there is one."""
        while self._events is not None:
            try:
                event = pynvml.nvmlEventSetWait_v2(self._events, 0)
            except pynvml.NVMLError:  # most often: nothing was reported
                return None
            if event.eventData in XIDS:
                uuid = pynvml.nvmlDeviceGetUUID(event.device)
                return Fault(uuid, f"{uuid}: Xid {event.eventData}, {XIDS[event.eventData]}")
        return None


@contextmanager
def watching() -> Iterator[FaultWatch]:
    """Within, the driver is asked; without one, or where it reports none, nothing is ever heard."""
    with devices.driver() as is_there:
        handles = devices.handles() if is_there else []
        if not handles:
            yield FaultWatch(None)
            return
        events = pynvml.nvmlEventSetCreate()
        try:
            for handle in handles:
                pynvml.nvmlDeviceRegisterEvents(
                    handle, pynvml.nvmlEventTypeXidCriticalError, events
                )
            yield FaultWatch(events)
        except pynvml.NVMLError:
            yield FaultWatch(None)
        finally:
            pynvml.nvmlEventSetFree(events)
