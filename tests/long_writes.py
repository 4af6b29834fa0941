"""Watches every write transaction of the suite: what holds the lock for long makes others wait."""

from collections.abc import Iterator
from contextlib import contextmanager

from backend import db


class LongWrites:
    def __init__(self) -> None:
        self.found: list[float] = []

    @contextmanager
    def in_this_process(self) -> Iterator[None]:
        db.WRITE_OBSERVERS.append(self._look)
        yield
        db.WRITE_OBSERVERS.remove(self._look)

    def _look(self, seconds: float) -> None:
        if seconds >= db.LONG_WRITE_SECONDS:
            self.found.append(round(seconds, 3))
