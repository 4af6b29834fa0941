"""Work that many ask for in the same moment, done once."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Made = TypeVar("Made")

KEPT = 256


class Once(Generic[Made]):
    """Keeps what was made last, by key. Belongs to one event loop; what is made, a thread makes."""

    def __init__(self) -> None:
        self._made: dict[Hashable, asyncio.Task[Made]] = {}

    async def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What was made for `key`, or what `make` makes now. Raises what that raised."""
        task = self._made.get(key)
        if task is None:
            task = self._made[key] = asyncio.create_task(asyncio.to_thread(make))
            while len(self._made) > KEPT:
                self._made.pop(next(iter(self._made)))
        return await asyncio.shield(
            task
        )  # one viewer that hangs up doesn't take it from the others
