"""Watches every write transaction of the suite: what holds the lock for long makes others wait.

What the law is about is our own work between BEGIN and COMMIT. So a metronome tells how long the
machine itself stood still meanwhile (other processes had its cores), and that is taken off.
"""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from backend import db

TICK_SECONDS = 0.005


class Metronome(threading.Thread):
    """Ticks; when it is late, the machine was busy with something else for so long."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._late: deque[tuple[float, float]] = deque(maxlen=10_000)
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.is_set():
            began = time.monotonic()
            time.sleep(TICK_SECONDS)
            ended = time.monotonic()
            self._late.append((ended, ended - began - TICK_SECONDS))

    def lateness_since(self, moment: float) -> float:
        return sum(late for ended, late in self._late.copy() if ended >= moment)

    def stop(self) -> None:
        self._stopping.set()


class LongWrites:
    def __init__(self) -> None:
        self.found: list[float] = []
        self.longest = 0.0
        self._metronome = Metronome()

    @contextmanager
    def in_this_process(self) -> Iterator[None]:
        self._metronome.start()
        db.WRITE_OBSERVERS.append(self._look)
        yield
        db.WRITE_OBSERVERS.remove(self._look)
        self._metronome.stop()

    def _look(self, seconds: float) -> None:
        if seconds < db.LONG_WRITE_SECONDS:
            return
        time.sleep(2 * TICK_SECONDS)  # so that the metronome has told of the end, too
        own = seconds - self._metronome.lateness_since(time.monotonic() - seconds - 0.02)
        self.longest = max(self.longest, own)
        if own >= db.LONG_WRITE_SECONDS:
            self.found.append(round(own, 3))
