"""What would leave of a model, to the byte: its files, and its card as it is published."""

import hashlib
from functools import lru_cache
from pathlib import Path

from backend.publishing.leaving_file import LeavingFile
from backend.storage import sha256_of

CARD = "README.md"


def leaving(folder: Path, card: str) -> list[LeavingFile]:
    """Every file of the model's folder, by name; `card` in place of its own."""
    files = [_file(path, path.relative_to(folder).as_posix()) for path in _files_of(folder)]
    ours = [file for file in files if file.name != CARD]
    return sorted([*ours, _of_card(card)], key=lambda file: file.name)


def changed(folder: Path, files: list[LeavingFile]) -> list[str]:
    """The names of those that are not what they were, came, or went; the card apart."""
    now = {file.name: file for file in leaving(folder, "") if file.name != CARD}
    then = {file.name: file for file in files if file.name != CARD}
    return sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name))


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _of_card(card: str) -> LeavingFile:
    return LeavingFile(name=CARD, size_bytes=len(card.encode()), sha256=text_hash(card))


def _files_of(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def _file(path: Path, name: str) -> LeavingFile:
    found = path.stat()
    digest = _hashed(path, found.st_size, found.st_mtime_ns)
    return LeavingFile(name=name, size_bytes=found.st_size, sha256=digest)


@lru_cache(maxsize=10_000)
def _hashed(path: Path, _size_bytes: int, _changed_at: int) -> str:
    """A model's weights are gigabytes, and don't change."""
    return sha256_of(path)
