"""Files in parts over REST: a broken line costs one part, and the rest goes on where it was."""

from asyncio import to_thread
from typing import Annotated

from fastapi import Path, Request, Response
from starlette.requests import ClientDisconnect

from backend.accounts.current import MayRead, MayWrite
from backend.accounts.people import Person
from backend.datasets.tables import Upload
from backend.disk import is_full
from backend.ids import UploadId
from backend.preparing import uploads
from backend.preparing.first_look import HEAD_BYTES, first_look
from backend.preparing.uploads_folder import UploadFolder
from backend.preparing.uploads_schemas import UploadIn, UploadOut
from backend.problems import NoRoom
from backend.rest.route import rest_router
from backend.studio import Studio
from backend.web.body_to_file import body_to_file
from backend.web.dependencies import DbSession, ReadSession, TheStudio

router = rest_router("uploads")

PartNumber = Annotated[int, Path(ge=1, description="Counted from 1.")]
_RAW = {"requestBody": {"required": True, "content": {"application/octet-stream": {}}}}
_LINE_BROKE = 499
"""What proxies write down for a client that went away; nobody is there to read it."""


@router.post("/uploads", operation_id="createUpload", status_code=201)
def create(
    body: UploadIn, who: MayWrite, session: DbSession, studio: TheStudio, response: Response
) -> UploadOut:
    """Begin a file that comes in parts of `part_bytes`, in any order, several at once if you like.

    It waits for its parts for a day after the last one came.
    """
    upload = uploads.create(session, who, studio.settings, body)
    response.headers["Location"] = f"/api/v1/uploads/{upload.id}"
    return uploads.show(studio.settings, upload)


@router.get("/uploads/{upload_id}", operation_id="getUpload")
def show(upload_id: UploadId, who: MayRead, session: ReadSession, studio: TheStudio) -> UploadOut:
    """What of it is here, and what its beginning says of it."""
    return uploads.show(studio.settings, uploads.get(session, who, upload_id))


@router.put(
    "/uploads/{upload_id}/parts/{part}",
    operation_id="putUploadPart",
    response_model=UploadOut,
    openapi_extra=_RAW,
)
async def put_part(
    upload_id: UploadId, part: PartNumber, request: Request, who: MayWrite, studio: TheStudio
) -> UploadOut | Response:
    """Send a part: its bytes are the body. The same part twice is harmless."""
    upload = await to_thread(_get, studio, who, upload_id)
    expected = uploads.bytes_of(upload, part)
    folder = UploadFolder(studio.settings, upload_id)
    is_new = part not in folder.received()
    try:
        came = await body_to_file(
            request, folder.file, (part - 1) * upload.part_bytes, expected if is_new else 0
        )
    except ClientDisconnect:
        return Response(status_code=_LINE_BROKE)
    except OSError as error:
        if is_full(error, folder.place):
            raise NoRoom(expected) from error
        raise
    uploads.check_length(upload, part, came)
    return await to_thread(_received, studio, upload, part)


@router.put("/uploads/{upload_id}/head", operation_id="putUploadHead", openapi_extra=_RAW)
async def put_head(
    upload_id: UploadId, request: Request, who: MayWrite, studio: TheStudio
) -> UploadOut:
    """Send the first bytes ahead, for a first look while the parts are still on their way."""
    upload = await to_thread(_get, studio, who, upload_id)
    head = (await request.body())[:HEAD_BYTES]
    return await to_thread(_looked_at, studio, upload, head)


@router.post("/uploads/{upload_id}/complete", operation_id="completeUpload")
def complete(upload_id: UploadId, who: MayWrite, studio: TheStudio) -> UploadOut:
    """Say that all parts are here; from then on the file can be imported."""
    return uploads.show(studio.settings, uploads.complete(studio, who, upload_id))


@router.delete("/uploads/{upload_id}", operation_id="deleteUpload", status_code=204)
def delete(upload_id: UploadId, who: MayWrite, studio: TheStudio) -> None:
    """Give a file up, with all that came of it."""
    _get(studio, who, upload_id)
    uploads.forget(studio, [upload_id])


def _get(studio: Studio, who: Person, upload_id: UploadId) -> Upload:
    with studio.database.reading() as session:
        return uploads.get(session, who, upload_id)


def _received(studio: Studio, upload: Upload, part: int) -> UploadOut:
    folder = UploadFolder(studio.settings, upload.id)
    folder.mark(part)
    if part == 1 and folder.look() is None:
        with folder.file.open("rb") as file:
            return _looked_at(studio, upload, file.read(min(HEAD_BYTES, upload.part_bytes)))
    return uploads.show(studio.settings, upload)


def _looked_at(studio: Studio, upload: Upload, head: bytes) -> UploadOut:
    sentence = first_look(upload.file_name, head, is_whole=len(head) == upload.size_bytes)
    UploadFolder(studio.settings, upload.id).keep_look(sentence)
    return uploads.show(studio.settings, upload)
