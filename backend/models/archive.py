"""A model's folder as one zip, made while it is sent: nothing of it waits in memory or on disk.

Stored, not deflated: weights don't get smaller, and a processor is better used for training.
"""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO, RawIOBase
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


def zipped(folders: Sequence[Path], root: str, instead: Mapping[str, bytes]) -> Iterator[bytes]:
    """The files of `folders` as a zip, in a folder `root` of it; of those in `instead`, these bytes."""
    drain = _Drain()
    with zipfile.ZipFile(drain, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, path in _files(folders):
            held = instead.get(name)
            opened = path.open("rb") if held is None else BytesIO(held)
            with opened as file, archive.open(f"{root}/{name}", "w", force_zip64=True) as entry:
                while chunk := file.read(_CHUNK_BYTES):
                    entry.write(chunk)
                    yield drain.drawn()
    yield drain.drawn()


def _files(folders: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            yield path.relative_to(folder).as_posix(), path
