"""A child's leash: its stdin is a pipe that only its parent holds, and ends when the parent does.

It holds however the parent ends, kill -9 too, and on every system. A signal on a parent's death
would depend on the thread that started the child, and exists on Linux only.
"""

import os
import threading
from collections.abc import Callable


def at_end_of_input(act: Callable[[], None]) -> None:
    """Have a thread do `act` once stdin has ended."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        act()

    threading.Thread(target=watch, name="end of input", daemon=True).start()
