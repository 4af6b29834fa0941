"""Is there room on the disk for what comes next? Asked before it begins, not found out."""

import shutil
from pathlib import Path

SPARE = 1.2
"""An estimate of files, and what others write meanwhile."""


class NoRoom(Exception):
    """The disk at `place` has not the `needed_bytes` that what comes next takes."""

    def __init__(self, needed_bytes: int, place: Path) -> None:
        self.needed_bytes = needed_bytes
        super().__init__(f"{needed_bytes / 1e9:.1f} GB needed on {_disk_of(place)}")


def demand(place: Path, estimate_bytes: int) -> None:
    """Raises NoRoom where the disk of `place` has less than the estimate and a fifth of it."""
    needed_bytes = int(estimate_bytes * SPARE)
    if shutil.disk_usage(place).free < needed_bytes:
        raise NoRoom(needed_bytes, place)


def _disk_of(place: Path) -> Path:
    absolute = place.absolute()
    return next(each for each in (absolute, *absolute.parents) if each.is_mount())
