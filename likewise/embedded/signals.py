"""How Ctrl-C, or a supervisor's SIGTERM, ends a studio: in order; asked twice, at once."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

HEEDED = (signal.SIGINT, signal.SIGTERM)


class Ending:
    """The first signal raises KeyboardInterrupt, unless the end has begun; later ones `hurry`."""

    def __init__(self, hurry: Callable[[], None]) -> None:
        self.has_begun = False
        self._hurry = hurry

    def heed(self, _number: int, _frame: FrameType | None) -> None:
        if self.has_begun:
            self._hurry()
            return
        self.has_begun = True
        raise KeyboardInterrupt


@contextmanager
def ending_in_order(hurry: Callable[[], None]) -> Iterator[Ending]:
    """Heed SIGINT and SIGTERM in this block as an `Ending`."""
    ending = Ending(hurry)
    before = {number: signal.signal(number, ending.heed) for number in HEEDED}
    try:
        yield ending
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
