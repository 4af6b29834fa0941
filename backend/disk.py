"""Is the disk full? Libraries say it in many ways, and some not at all."""

import errno
import os
import shutil
from pathlib import Path

NOTHING_LEFT_BYTES = 20_000_000
_SAID = ("No space left on device", "os error 28", "ENOSPC", "database or disk is full")

LEAST_ROOM_BYTES = 100_000_000
"""To go on after a write failed, beside what was free then: nobody knows how much it lacked."""

BALLAST = "ballast"


def is_full(error: BaseException, place: Path) -> bool:
    """Whether `error` came of a full disk: by its number or words, anywhere in its chain of causes,
    or because there is no room left where the work was done."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, OSError) and link.errno == errno.ENOSPC:
            return True
        if any(words in str(link) for words in _SAID):
            return True
        link = link.__cause__ or link.__context__
    return shutil.disk_usage(place).free < NOTHING_LEFT_BYTES


def room_wanted(place: Path) -> int:
    """How much must be free where a write just failed, before it is worth trying again."""
    return shutil.disk_usage(place).free + LEAST_ROOM_BYTES


def keep_ballast(data: Path, size_bytes: int) -> None:
    """Set some of the disk aside, as long as there is plenty: it is given up when the disk is full,
    so that there is room to write down that it was."""
    ballast = data / BALLAST
    if ballast.exists() or shutil.disk_usage(data).free < 10 * size_bytes:
        return
    part = data / f"{BALLAST}.part-{os.getpid()}"
    try:
        with part.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, size_bytes)
        part.replace(ballast)
    except OSError:
        part.unlink(missing_ok=True)


def free_ballast_if_full(error: BaseException, data: Path) -> None:
    """Give up what was set aside, if `error` says that the disk is full."""
    if is_full(error, data):
        (data / BALLAST).unlink(missing_ok=True)
