"""How much memory processes hold, as Linux counts it: sampled, with the most that was seen."""

import contextlib
import os
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

_EVERY_SECONDS = 0.1
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@contextlib.contextmanager
def watching(parts: Mapping[str, int]) -> Iterator[Mapping[str, int]]:
    """The most that the family of each part's process holds, looked at ten times a second as long
    as the block lasts."""
    most: dict[str, int] = defaultdict(int)
    ended = threading.Event()

    def look() -> None:
        for name, pid in parts.items():
            most[name] = max(most[name], held(pid))

    def look_on() -> None:
        while not ended.wait(_EVERY_SECONDS):
            look()

    thread = threading.Thread(target=look_on, daemon=True)
    thread.start()
    try:
        yield most
    finally:
        ended.set()
        thread.join()
        look()


def held(pid: int) -> int:
    """Resident bytes of a process and all that it has started. What they share, code above all, is
    counted once for each, and so too much."""
    return sum(map(_resident, family(pid)))


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError):  # it has ended
        return _PAGE_BYTES * int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return 0


def family(pid: int) -> list[int]:
    """A process, all that it has started, and all that those have."""
    with contextlib.suppress(OSError):
        tasks = Path(f"/proc/{pid}/task").iterdir()
        children = [int(n) for task in tasks for n in (task / "children").read_text().split()]
        return [pid, *(each for child in children for each in family(child))]
    return []
