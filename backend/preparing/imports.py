"""From what a person brings to a version: read at once if it is small, else by a job."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.broker import Broker
from backend.datasets import service
from backend.datasets.incoming import workplace
from backend.datasets.parsed import name_of
from backend.datasets.profile import ProfileSettings
from backend.datasets.service import Kept, ParsedTable
from backend.datasets.tables import Upload
from backend.ids import DatasetId, UploadId
from backend.preparing import profiles, uploads
from backend.preparing.uploads_folder import UploadFolder
from backend.problems import Conflict, TooLarge
from backend.runs import jobs
from backend.runs.states import JobKind
from backend.runs.tables import Job
from backend.studio import Studio


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where a version goes: into the dataset that is there, or into a new one of this name."""

    name: str | None = None
    dataset_id: DatasetId | None = None

    def payload(self) -> dict[str, Any]:
        return {"name": self.name, "dataset_id": self.dataset_id}


def keep(
    session: Session, who: Person, broker: Broker, parsed: ParsedTable, home: Home, name: str
) -> Kept:
    """The version of a table that was read, and a first profile of it."""
    title = home.name or name
    kept = service.keep(session, who, parsed, name=title, dataset_id=home.dataset_id)
    profiles.ask(session, who, broker, kept.version, ProfileSettings())
    return kept


def from_uploads(
    studio: Studio, who: Person, upload_ids: Sequence[UploadId], home: Home
) -> Kept | Job:
    """The version of these files, or the job that reads them; either way they are used up.

    Raises NotFound, Conflict where one is not whole yet, BadFile.
    """
    found = _complete(studio, who, upload_ids, home)
    if sum(upload.size_bytes for upload in found) > studio.settings.import_here_bytes:
        return _queue(studio, who, "files", {"uploads": list(upload_ids), **home.payload()})
    files = [(UploadFolder(studio.settings, each.id).file, each.file_name) for each in found]
    try:
        return read_here(studio, who, files, home)
    finally:
        uploads.forget(studio, list(upload_ids))


def from_forms(
    studio: Studio, who: Person, sources: Sequence[tuple[BinaryIO, str]], home: Home
) -> Kept | Job:
    """As `from_uploads`, of files that came with one request. Raises TooLarge too."""
    _check_dataset(studio, who, home)
    sizes = [source.seek(0, 2) for source, _ in sources]
    if max(sizes, default=0) > studio.settings.max_upload_bytes:
        raise TooLarge(studio.settings.max_upload_bytes)
    for source, _ in sources:
        source.seek(0)
    if sum(sizes) > studio.settings.import_here_bytes:
        taken = [uploads.take(studio, who, source, name) for source, name in sources]
        return from_uploads(studio, who, [upload.id for upload in taken], home)
    with workplace(studio.settings) as folder:
        files = [(folder / str(n), name) for n, (_, name) in enumerate(sources)]
        for (source, _), (place, _) in zip(sources, files, strict=True):
            with place.open("wb") as file:
                shutil.copyfileobj(source, file)
        return read_here(studio, who, files, home)


def from_hub(studio: Studio, session: Session, who: Person, wanted: dict[str, Any]) -> Job:
    return jobs.enqueue(session, who, studio.broker, JobKind.IMPORT, {"hub": wanted})


def from_storage(studio: Studio, who: Person, url: str, home: Home) -> Job:
    """The job that reads a file of a bucket; `url` is one that may be read."""
    _check_dataset(studio, who, home)
    return _queue(studio, who, "storage", {"url": url, **home.payload()})


def _queue(studio: Studio, who: Person, source: str, wanted: dict[str, Any]) -> Job:
    with studio.database.writing() as session:
        return jobs.enqueue(session, who, studio.broker, JobKind.IMPORT, {source: wanted})


def read_here(studio: Studio, who: Person, files: Sequence[tuple[Path, str]], home: Home) -> Kept:
    parsed = service.read_files(studio, files)
    return studio.database.retrying(
        lambda session: keep(session, who, studio.broker, parsed, home, name_of(files))
    )


def _complete(
    studio: Studio, who: Person, upload_ids: Sequence[UploadId], home: Home
) -> list[Upload]:
    with studio.database.reading() as session:
        found = [uploads.get(session, who, upload_id) for upload_id in upload_ids]
        if home.dataset_id is not None:
            service.get_dataset(session, who, home.dataset_id)
    for upload in found:
        if upload.completed_at is None:
            raise Conflict(
                "upload_incomplete",
                "The file is not whole yet",
                f"{upload.file_name} was not completed. Send its missing parts, then POST "
                f"/uploads/{upload.id}/complete.",
            )
    return found


def _check_dataset(studio: Studio, who: Person, home: Home) -> None:
    """Say so before the slow work. Raises NotFound if `who` may not see it."""
    if home.dataset_id is not None:
        with studio.database.reading() as session:
            service.get_dataset(session, who, home.dataset_id)
