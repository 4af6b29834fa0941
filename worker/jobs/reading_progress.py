"""How far files have been read, while somebody reads them: by where their open handles stand.

The readers of all formats open the files themselves; Linux tells of each handle how far it is.
Elsewhere, or where a reader maps the file or has it read by a process apart, nothing is told.
"""

import contextlib
import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from backend.runs.states import Phase
from worker.jobs.report import Report

TELL_EVERY_SECONDS = 1.0
_HANDLES = Path("/proc/self/fd")


class ReadingProgress:
    """Tells how many bytes of `files` have been read, as long as the block lasts."""

    def __init__(self, report: Report, files: Sequence[Path]) -> None:
        self._report = report
        self._sizes = {str(path.resolve()): path.stat().st_size for path in files}
        self._order = list(self._sizes)
        self._began = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _tell(self) -> None:
        while not self._ended.wait(TELL_EVERY_SECONDS):
            done = self.bytes_done()
            if done:
                tell_bytes(self._report, done, sum(self._sizes.values()), self._began)

    def bytes_done(self) -> int:
        """All files before the one that is open now, and that as far as it was read."""
        for path, at in _handles():
            if path in self._sizes:
                before = self._order[: self._order.index(path)]
                return sum(self._sizes[each] for each in before) + min(at, self._sizes[path])
        return 0


def tell_bytes(report: Report, done: int, total: int, began: float) -> None:
    """Tell how far it is, and how long the rest takes at the pace so far."""
    share = done / total if total else 1.0
    report.progress(
        phase=Phase.PREPARING.value,
        percent=round(100 * share, 1),
        eta_seconds=round((time.monotonic() - began) * (1 / share - 1), 1) if share else None,
        bytes_done=done,
        bytes_total=total,
    )


def _handles() -> list[tuple[str, int]]:
    """What is open, and how far it was read."""
    found = []
    if not _HANDLES.is_dir():
        return []
    for handle in _HANDLES.iterdir():
        with contextlib.suppress(OSError):  # closed since
            path = os.readlink(handle)
            about = Path(f"/proc/self/fdinfo/{handle.name}").read_text()
            found.append((path, int(about.split(maxsplit=2)[1])))
    return found
