"""One device, one attempt: a lock on a file that the processes at work inherit.

The lock is gone when the last of them is, whoever killed the supervisor and however. So the next
attempt never meets memory that an earlier one has not given back yet.
"""

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self


class DeviceLocks:
    """Locks of the devices of these ids, all or none; of this host, in a folder that is ours."""

    def __init__(self, folder: Path, uuids: Sequence[str]) -> None:
        self._paths = [folder / f"gpu-{uuid}.lock" for uuid in sorted(uuids)]
        self._held: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.hand_over()

    @property
    def inherited(self) -> tuple[int, ...]:
        """The descriptors that the processes must get."""
        return tuple(self._held)

    def take(self) -> bool:
        """Whether all are ours now; if one is not, none is."""
        for path in self._paths[len(self._held) :]:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._held.append(descriptor)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.hand_over()
                return False
        return True

    def hand_over(self) -> None:
        """Close our own: what the processes inherited holds until they end."""
        for descriptor in self._held:
            os.close(descriptor)
        self._held = []
