"""Files on their way in: in a folder of the studio's own, and gone whatever happens to them."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.settings import Settings

DAY_SECONDS = 86_400


def sweep(settings: Settings) -> None:
    """Clear away what an import left that was killed: nobody has worked at it for a day."""
    for place in (settings.data.absolute() / "incoming").glob("*"):
        if time.time() - place.stat().st_mtime > DAY_SECONDS:
            shutil.rmtree(place, ignore_errors=True)


@contextmanager
def workplace(settings: Settings) -> Iterator[Path]:
    """A folder for one import; it goes with all that is in it when the block ends."""
    folder = settings.data.absolute() / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        yield Path(place)
