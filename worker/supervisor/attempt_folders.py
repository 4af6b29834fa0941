"""The folders of a job's attempts: each attempt has one that no other ever wrote into.

A number may be dealt twice, by a database that went back in time; the folder is then another. So
a late writer, which goes on in its own, has nothing to overwrite.
"""

import re
from itertools import count
from pathlib import Path

_NAME = re.compile(r"attempt-(\d+)(?:\.(\d+))?")


def free_for(job: Path, attempt: int) -> Path:
    """Where the attempt of this number works: attempt-3, or attempt-3.1 where that is taken."""
    names = (f"attempt-{attempt}" + (f".{again}" if again else "") for again in count())
    return next(job / name for name in names if not (job / name).exists())


def newest_of(job: Path, attempt: int) -> Path:
    """Where the attempt of this number works that was begun last, on whichever host."""
    of_number = [
        path for path in oldest_first(job) if path.name.split(".")[0] == f"attempt-{attempt}"
    ]
    return of_number[-1] if of_number else job / f"attempt-{attempt}"


def oldest_first(job: Path) -> list[Path]:
    """Those of all attempts so far that worked on this machine or in a folder that is shared."""
    found = {path: _NAME.fullmatch(path.name) for path in job.glob("attempt-*")}
    numbers = {path: (int(m[1]), int(m[2] or 0)) for path, m in found.items() if m}
    return sorted(numbers, key=lambda path: numbers[path])
