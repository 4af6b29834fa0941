"""Files on their way in: in a folder of the studio's own, and gone whatever happens to them."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from backend.problems import TooLarge
from backend.settings import Settings

_CHUNK_BYTES = 1 << 20
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


@contextmanager
def received(settings: Settings, source: BinaryIO) -> Iterator[Path]:
    """What `source` yields as a file, for as long as the block lasts.

    Raises TooLarge as soon as more bytes have come than are allowed.
    """
    left = settings.max_upload_bytes
    with workplace(settings) as folder:
        place = folder / "file"
        with place.open("wb") as file:
            while chunk := source.read(_CHUNK_BYTES):
                left -= len(chunk)
                if left < 0:
                    raise TooLarge(settings.max_upload_bytes)
                file.write(chunk)
        yield place
