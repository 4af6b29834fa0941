"""Is the disk full? Libraries say it in many ways, and some not at all."""

import errno
import shutil
from pathlib import Path

NOTHING_LEFT_BYTES = 20_000_000
_SAID = ("No space left on device", "os error 28", "ENOSPC")


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
