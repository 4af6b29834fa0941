"""A model's folder as one zip, made while it is sent: nothing of it waits in memory or on disk.

Stored, not deflated: weights don't get smaller, and a processor is better used for training.
"""

import zipfile
from collections.abc import Iterator
from io import RawIOBase
from pathlib import Path

_CHUNK_BYTES = 1 << 20


class _Drain(RawIOBase):
    """Takes what the zip writes, until somebody asks for it. It can't be rewound, so the zip writes
    each file's size behind it."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: object) -> int:
        piece = bytes(memoryview(content))  # type: ignore[arg-type]  # a buffer of any kind
        self._held += piece
        return len(piece)

    def drawn(self) -> bytes:
        held = bytes(self._held)
        self._held.clear()
        return held


def zipped(folder: Path, root: str) -> Iterator[bytes]:
    """The files of `folder` as a zip, in a folder `root` of it."""
    drain = _Drain()
    with zipfile.ZipFile(drain, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = f"{root}/{path.relative_to(folder).as_posix()}"
            with path.open("rb") as file, archive.open(name, "w", force_zip64=True) as entry:
                while chunk := file.read(_CHUNK_BYTES):
                    entry.write(chunk)
                    yield drain.drawn()
    yield drain.drawn()
