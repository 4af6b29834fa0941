"""Artifacts: objects that are named by their SHA-256, and folders that are named by an id.

Nothing half-written is ever to be seen: bytes go beside their place, are synced, and are renamed.
A file without a row that names it does not exist.
"""

import contextlib
import hashlib
import os
import shutil
import time
import uuid
from pathlib import Path

import fsspec

from backend.fault_points import fault_point
from backend.settings import Settings

_CHUNK_BYTES = 1 << 20


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def sync(path: Path) -> None:
    """Make a file's bytes, or a folder's entries, survive a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make(folder: Path) -> None:
    """Make a folder and those above it that are missing, for good."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for place in missing:
        sync(place.parent)


class Storage:
    """The artifact store: a folder, or a bucket by fsspec with copies kept beside the worker."""

    def __init__(self, settings: Settings) -> None:
        self._fs, root = fsspec.core.url_to_fs(settings.storage)
        self._root = str(root).rstrip("/")
        self._is_local = "file" in _protocols(self._fs)
        self._cache = Path(self._root) if self._is_local else settings.data.absolute() / "cache"
        _make(self._cache)

    def put_file(self, path: Path) -> str:
        """Keep a file; its name is its hash. The same bytes twice are kept once.

        It must not be written to afterwards: on a store's own disk it is not copied.
        """
        digest = sha256_of(path)
        key = self._object_key(digest)
        if self._is_local:
            self._put_local(path, self._cache / key)
        elif not self._fs.exists(f"{self._root}/{key}"):
            self._fs.put_file(str(path), f"{self._root}/{key}")
        return digest

    def file(self, digest: str) -> Path:
        """The object as a local, read-only file.

        Raises FileNotFoundError if there is none of this hash.
        """
        key = self._object_key(digest)
        place = self._cache / key
        if not place.exists() and not self._is_local:
            place.parent.mkdir(parents=True, exist_ok=True)
            part = place.with_name(f"{place.name}.tmp-{uuid.uuid4().hex}")
            self._fs.get_file(f"{self._root}/{key}", str(part))
            sync(part)
            fault_point("storage.file fetched")
            part.rename(place)
        if not place.exists():
            raise FileNotFoundError(f"no object {digest} in the artifact store")
        return place

    def discard_file(self, digest: str, unused_seconds: float) -> bool:
        """Remove an object that nothing names, unless it was put here within `unused_seconds`;
        whether it is gone.

        It is looked at under another name: who puts the same bytes meanwhile puts them anew.
        """
        key = self._object_key(digest)
        place = self._cache / key
        aside = place.with_name(f"{place.name}.tmp-{uuid.uuid4().hex}")
        with contextlib.suppress(FileNotFoundError):
            place.rename(aside)
            if self._is_local and time.time() - aside.stat().st_mtime < unused_seconds:
                aside.rename(place)
                return False
            aside.unlink()
        if not self._is_local and self._fs.exists(f"{self._root}/{key}"):
            self._fs.rm_file(f"{self._root}/{key}")
        return True

    def remove_folder(self, key: str) -> None:
        """Remove the folder of `key`, here and in the store. Twice is once."""
        place = self._cache / key
        aside = place.with_name(f"{place.name}.tmp-{uuid.uuid4().hex}")
        with contextlib.suppress(FileNotFoundError):
            place.rename(aside)  # at once, so that nobody sees half of it
            shutil.rmtree(aside)
        if not self._is_local and self._fs.exists(f"{self._root}/{key}"):
            self._fs.rm(f"{self._root}/{key}", recursive=True)

    def put_folder(self, folder: Path, key: str) -> None:
        """Keep a folder under `key`, whole or not at all; an older one of this key is replaced."""
        if not self._is_local:
            self._fs.put(f"{folder}/", f"{self._root}/{key}/", recursive=True)
            return
        place = self._cache / key
        _make(place.parent)
        part = place.with_name(f"{place.name}.tmp-{uuid.uuid4().hex}")
        try:
            shutil.copytree(folder, part)
            fault_point("storage.folder copied")
            for path in [*part.rglob("*"), part]:
                sync(path)
            fault_point("storage.folder synced")
            if place.exists():
                shutil.rmtree(place)
            part.rename(place)
            fault_point("storage.folder renamed")
        finally:
            shutil.rmtree(part, ignore_errors=True)
        sync(place.parent)

    def local_path(self, key: str) -> Path | None:
        """Where the folder of `key` is, if the store itself is on this machine. Fetches nothing."""
        return self._cache / key if self._is_local else None

    def folder(self, key: str) -> Path:
        """The folder of `key`, local.

        Raises FileNotFoundError if there is none.
        """
        place = self._cache / key
        if not place.exists() and not self._is_local:
            part = place.with_name(f"{place.name}.tmp-{uuid.uuid4().hex}")
            self._fs.get(f"{self._root}/{key}/", str(part), recursive=True)
            fault_point("storage.folder fetched")
            with contextlib.suppress(OSError):  # another thread was first: its copy is as good
                part.rename(place)
            shutil.rmtree(part, ignore_errors=True)
        if not place.exists():
            raise FileNotFoundError(f"no folder {key} in the artifact store")
        return place

    def _put_local(self, path: Path, place: Path) -> None:
        if place.exists():
            with contextlib.suppress(FileNotFoundError):
                os.utime(place)  # whoever would discard it sees that it is wanted again
                return
        _make(place.parent)
        part = place.with_name(f"{place.name}.tmp-{uuid.uuid4().hex}")
        try:
            _link_or_copy(path, part)
            fault_point("storage.object copied")
            part.chmod(0o444)
            sync(part)
            fault_point("storage.object synced")
            part.rename(place)
            fault_point("storage.object renamed")
        finally:
            part.unlink(missing_ok=True)
        sync(place.parent)

    @staticmethod
    def _object_key(digest: str) -> str:
        return f"objects/{digest[:2]}/{digest[2:]}"


def _link_or_copy(path: Path, part: Path) -> None:
    try:
        part.hardlink_to(path)
    except OSError:  # another disk, or one that knows no second name of a file
        shutil.copyfile(path, part)


def _protocols(fs: fsspec.AbstractFileSystem) -> tuple[str, ...]:
    return (fs.protocol,) if isinstance(fs.protocol, str) else tuple(fs.protocol)
