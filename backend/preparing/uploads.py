"""Files that come in parts: begun, received part by part, completed; or given up after a day."""

import shutil
import time
from math import ceil
from pathlib import PurePath
from typing import BinaryIO

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.clock import utc_now
from backend.datasets.incoming import DAY_SECONDS
from backend.datasets.tables import Upload
from backend.disk import NOTHING_LEFT_BYTES
from backend.fault_points import fault_point
from backend.ids import UploadId
from backend.preparing.uploads_folder import UploadFolder, all_uploads
from backend.preparing.uploads_schemas import UploadIn, UploadOut
from backend.problems import Conflict, Invalid, NoRoom, NotFound, Pointer, Problem, TooLarge
from backend.runs.states import JobKind, JobStatus
from backend.runs.tables import Job
from backend.settings import Settings
from backend.storage import sha256_of
from backend.studio import Studio

_AT_ONCE_BYTES = 1 << 20

MOST_WAITING = 4
"""So many of the largest files may wait here unread at the same time."""


def create(session: Session, who: Person, settings: Settings, wanted: UploadIn) -> Upload:
    """Make room for a file.

    Raises TooLarge, NoRoom where the disk has none for it, Conflict where too much waits unread.
    """
    most_bytes = settings.max_upload_bytes
    if wanted.size_bytes > most_bytes:
        raise TooLarge(most_bytes)
    waiting = session.scalar(
        select(func.sum(Upload.size_bytes)).where(Upload.project_id == who.project_id)
    )
    if int(waiting or 0) + wanted.size_bytes > MOST_WAITING * most_bytes:
        raise Conflict(
            "too_much_waiting",
            "Too many files wait unread",
            f"Files of {int(waiting or 0) / 1e9:,.1f} GB were sent and never read. Import or "
            "delete them; those that nobody touches go after a day.",
        )
    if shutil.disk_usage(settings.data).free < wanted.size_bytes + NOTHING_LEFT_BYTES:
        raise NoRoom(wanted.size_bytes)
    upload = Upload(
        project_id=who.project_id,
        part_bytes=settings.upload_part_bytes,
        **wanted.model_dump(),
    )
    session.add(upload)
    session.flush()
    UploadFolder(settings, upload.id).create(wanted.size_bytes)
    return upload


def get(session: Session, who: Person, upload_id: UploadId) -> Upload:
    """Raises NotFound if there is none, or none that `who` may see."""
    upload = session.scalar(_of(who).where(Upload.id == upload_id))
    if upload is None:
        raise NotFound("upload", upload_id)
    return upload


def parts_of(upload: Upload) -> int:
    return ceil(upload.size_bytes / upload.part_bytes)


def bytes_of(upload: Upload, part: int) -> int:
    """How long a part is.

    Raises NotFound if the file has none of this number.
    """
    if not 1 <= part <= parts_of(upload):
        raise NotFound("part", f"{part} of {parts_of(upload)}")
    return min(upload.part_bytes, upload.size_bytes - (part - 1) * upload.part_bytes)


def check_length(upload: Upload, part: int, came: int) -> None:
    """Raises Invalid if a part has not the length that it must have."""
    expected = bytes_of(upload, part)
    if came != expected:
        more = "more than that" if came > expected else f"{came:,}"
        raise Invalid(
            Problem(
                code="wrong_part_length",
                title="This part has another length",
                detail=f"Part {part} of {upload.file_name} has {expected:,} bytes, and {more} "
                "came. Send it again, cut at `part_bytes`; if the file has changed meanwhile, "
                "begin a new upload.",
            )
        )


def complete(studio: Studio, who: Person, upload_id: UploadId) -> Upload:
    """Say that all parts are here. Twice is once.

    Raises Conflict where some are missing, Invalid where the file isn't what its sender said.
    """
    with studio.database.reading() as session:
        upload = get(session, who, upload_id)
    if upload.completed_at is not None:
        return upload
    folder = UploadFolder(studio.settings, upload_id)
    received = set(folder.received())
    missing = [n for n in range(1, parts_of(upload) + 1) if n not in received]
    if missing:
        named = ", ".join(str(n) for n in missing[:10]) + (" …" if len(missing) > 10 else "")
        raise Conflict(
            "parts_missing",
            "The file is not whole yet",
            f"{len(missing)} of {parts_of(upload)} parts of {upload.file_name} have not come: "
            f"{named}. Send them, then complete it again.",
        )
    if upload.sha256 and sha256_of(folder.file) != upload.sha256:
        folder.forget_parts()
        raise Invalid(
            Problem(
                code="wrong_checksum",
                title="The file came otherwise than it was sent",
                detail=f"{upload.file_name} has another SHA-256 than you named. Send all of its "
                "parts again.",
                at=Pointer("/sha256"),
            )
        )
    with studio.database.writing() as session:
        upload = get(session, who, upload_id)
        upload.completed_at = upload.completed_at or utc_now()
    return upload


def take(studio: Studio, who: Person, source: BinaryIO, file_name: str) -> Upload:
    """A file that came in one piece, as an upload that is complete.

    Raises what `create` raises.
    """
    size_bytes = source.seek(0, 2)
    source.seek(0)
    wanted = UploadIn(file_name=PurePath(file_name).name[:400] or "data", size_bytes=size_bytes)
    with studio.database.writing() as session:
        upload_id = create(session, who, studio.settings, wanted).id
    folder = UploadFolder(studio.settings, upload_id)
    with folder.file.open("wb") as file:
        shutil.copyfileobj(source, file, _AT_ONCE_BYTES)
    with studio.database.writing() as session:
        upload = get(session, who, upload_id)
        upload.completed_at = utc_now()
    return upload


def forget(studio: Studio, upload_ids: list[UploadId]) -> None:
    """Remove uploads with all that came. Those that are gone already are no mistake."""
    with studio.database.writing() as session:
        session.execute(delete(Upload).where(Upload.id.in_(upload_ids)))
    fault_point("upload.forgotten")
    for upload_id in upload_ids:
        UploadFolder(studio.settings, upload_id).remove()


def sweep(studio: Studio) -> None:
    """Remove what nobody has sent to for a day, unless a job is still to read it."""
    long_ago = time.time() - DAY_SECONDS
    still = [
        folder.upload_id
        for folder in all_uploads(studio.settings)
        if folder.touched_at() < long_ago
    ]
    if not still:
        return
    with studio.database.reading() as session:
        living = select(Job.payload).where(
            Job.kind == JobKind.IMPORT,
            Job.status.in_([status for status in JobStatus if not status.is_ended]),
        )
        awaited = {
            name
            for payload in session.scalars(living)
            for name in payload.get("files", {}).get("uploads", ())
        }
    forget(studio, [upload_id for upload_id in still if upload_id not in awaited])


def show(settings: Settings, upload: Upload) -> UploadOut:
    folder = UploadFolder(settings, upload.id)
    return UploadOut(
        id=upload.id,
        file_name=upload.file_name,
        size_bytes=upload.size_bytes,
        part_bytes=upload.part_bytes,
        parts=parts_of(upload),
        received=folder.received(),
        is_complete=upload.completed_at is not None,
        first_look=folder.look(),
        created_at=upload.created_at,
    )


def _of(who: Person) -> Select[Upload]:
    return select(Upload).where(Upload.project_id == who.project_id)
