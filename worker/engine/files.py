"""Folders that are seen whole or not at all: written beside their place, synced, renamed."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.fault_points import fault_point


@contextmanager
def whole_folder(place: Path) -> Iterator[Path]:
    """Yield an empty folder beside `place`; at the end its contents stand at `place`.

    A new place appears whole, by one rename. A place that already holds something keeps what the
    new contents don't name: an output folder keeps its checkpoints when the model is saved into it.
    If the body raises, nothing at `place` has changed and the part is removed.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f"{place.name}.part-{uuid.uuid4().hex}")
    part.mkdir()
    try:
        yield part
        sync(part)
        fault_point("folder.synced")
        _take_place(part, place)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _take_place(part: Path, place: Path) -> None:
    if place.is_dir() and any(place.iterdir()):
        for entry in sorted(part.iterdir()):
            _replace(entry, place / entry.name)
            fault_point("folder.entry replaced")
        sync_one(place)
    else:
        part.replace(place)
        fault_point("folder.renamed")
    sync_one(place.parent)


def _replace(new: Path, old: Path) -> None:
    if old.is_dir():
        shutil.rmtree(old)  # a folder can't be renamed over one that isn't empty
    new.replace(old)


def sync(folder: Path) -> None:
    """Force every file of `folder`, then every folder in it, to the disk."""
    for root, _, names in os.walk(folder, topdown=False):
        for name in names:
            sync_one(Path(root, name))
        sync_one(Path(root))


def sync_one(path: Path) -> None:
    """Force one file, or the names in one folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
