"""A studio's data as one file, and back: the database as it was at one moment, then every artifact.

An artifact is whole before the row that names it is written, and never changes: so a copy of the
files that is made after that of the database lacks none that the database names, but what somebody
has deleted in between. Trainings that are under way begin anew after a restore; their checkpoints
are not kept. The file is a plain tar whose last member lists all others with size and SHA-256.
"""

import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ValidationError

from backend import schema_revision
from backend.clock import utc_now
from backend.db import Database
from backend.problems import Conflict, Invalid, Problem
from backend.settings import Settings

DATABASE = "likewise.db"
ARTIFACTS = "artifacts"
MANIFEST = "manifest.json"
FORMAT = 1


class Member(BaseModel):
    name: str
    size_bytes: int
    sha256: str


class Manifest(BaseModel):
    """What a backup holds. `revision` is that of the database's schema."""

    format: int = FORMAT
    made_at: datetime
    studio: str
    revision: str | None
    members: list[Member]

    @property
    def size_bytes(self) -> int:
        return sum(member.size_bytes for member in self.members)


def back_up(settings: Settings, to: Path) -> Manifest:
    """Write a backup to `to`; the studio may run. Nothing stands there until it is whole.

    Raises Conflict where a file is there, or where database or artifacts lie outside the data
    folder, each with what to do instead.
    """
    if to.exists():
        raise Conflict(
            "already_there", "That file is there already", f"Name another than {to}, or move it."
        )
    _demand_all_in_one_folder(settings)
    part = to.with_name(f".{to.name}.part-{os.getpid()}")
    try:
        with part.open("xb") as file, tempfile.TemporaryDirectory(dir=to.parent) as folder:
            snapshot = Path(folder) / DATABASE
            revision = _snapshot(settings, snapshot)
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
                members = [_add(archive, snapshot, DATABASE)]
                members += _add_all(archive, Path(settings.storage))
                manifest = Manifest(
                    made_at=utc_now(),
                    studio=version("likewise"),
                    revision=revision,
                    members=members,
                )
                listed = Path(folder) / MANIFEST
                listed.write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
                archive.add(listed, MANIFEST)
            file.flush()
            os.fsync(file.fileno())
        part.rename(to)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def restore(archive: Path, data: Path) -> Manifest:
    """Make the data folder `data` of a backup. It appears at once, when every file was found whole.

    Raises Conflict where there is a folder with something in it, Invalid where the backup is not
    whole, or is newer than this studio.
    """
    if data.exists() and any(data.iterdir()):
        raise Conflict(
            "already_there",
            "That folder is not empty",
            f"A backup is put back into an empty folder, so that nothing is mixed. Move {data} away "
            "or name another with --data.",
        )
    data.parent.mkdir(parents=True, exist_ok=True)
    with _unpacked(archive, data.parent) as folder:
        manifest = _checked(folder)
        if (manifest.revision or "") > schema_revision.newest():
            raise _unusable(
                f"It was made by a newer studio ({manifest.studio}). Install that version, or a "
                "later one, and restore it there."
            )
        if data.exists():
            data.rmdir()
        (folder / MANIFEST).unlink()
        folder.rename(data)
    return manifest


def _demand_all_in_one_folder(settings: Settings) -> None:
    if settings.database_url is not None or settings.storage_url is not None:
        raise Conflict(
            "not_in_one_folder",
            "This studio's data lies in several places",
            "Its database or its artifacts have an address of their own. Copy the database first "
            "(pg_dump), then the artifacts; docs/operations.md says how.",
        )
    if not (settings.data / DATABASE).exists():
        raise Conflict(
            "nothing_there", "There is nothing to keep yet", f"{settings.data} holds no studio."
        )


def _snapshot(settings: Settings, to: Path) -> str | None:
    """The database as it is at this moment, and its revision."""
    database = Database(settings)
    raw = database.engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM INTO ?", (str(to),))  # outside any transaction
        with database.engine.connect() as connection:
            return schema_revision.of(connection)
    finally:
        raw.close()
        database.close()


def _add_all(archive: tarfile.TarFile, storage: Path) -> Iterator[Member]:
    """Every file of the storage; one that goes while it is looked at is left out whole."""
    for path in sorted(storage.rglob("*")):
        if path.is_file() and not path.is_symlink():
            try:
                yield _add(archive, path, f"{ARTIFACTS}/{path.relative_to(storage)}")
            except FileNotFoundError:
                continue


def _add(archive: tarfile.TarFile, path: Path, name: str) -> Member:
    with path.open("rb") as file:
        about = archive.gettarinfo(arcname=name, fileobj=file)
        about.uid = about.gid = 0
        about.uname = about.gname = ""
        reading = _Hashing(file)
        archive.addfile(about, reading)
    return Member(name=name, size_bytes=about.size, sha256=reading.digest)


class _Hashing:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._hash.update(piece)
        return piece

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


@contextmanager
def _unpacked(archive: Path, beside: Path) -> Iterator[Path]:
    """What it holds, in a folder beside the place where it is to be."""
    folder = Path(tempfile.mkdtemp(prefix=".likewise-restoring-", dir=beside))
    try:
        with tarfile.open(archive, "r:") as packed:
            packed.extractall(folder, filter="data")
        yield folder
    except tarfile.TarError as error:
        raise _unusable(
            f"It can't be read to its end ({error}). Take another copy of it."
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _checked(folder: Path) -> Manifest:
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise _unusable(
            "Its list of files is missing: it was cut off, or is no backup of a studio."
        ) from error
    if manifest.format != FORMAT:
        raise _unusable(f"Its format is {manifest.format}; this studio reads {FORMAT}.")
    for member in manifest.members:
        if _digest(folder / member.name) != member.sha256:
            raise _unusable(f"{member.name} is not as it was. Take another copy of the backup.")
    return manifest


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _unusable(why: str) -> Invalid:
    return Invalid(Problem(code="unusable_backup", title="This backup can't be used", detail=why))
