"""A file on its way to a studio, in parts: a line that breaks costs one, and memory holds one."""

import time
from pathlib import Path

from backend.preparing.uploads_schemas import UploadIn, UploadOut
from likewise.client.errors import Unreachable
from likewise.client.http import Http

PART_SECONDS = 300.0
TRIES = 5
WAIT_SECONDS = 1.0


def send(http: Http, path: Path) -> UploadOut:
    """Send a file; answers when all of it is there, ready to be imported.

    Raises Unreachable where the line stays broken, ApiError where the studio has no room.
    """
    wanted = UploadIn(file_name=path.name, size_bytes=path.stat().st_size)
    upload = http.ask("POST", "uploads", UploadOut, body=wanted)
    with path.open("rb") as file:
        for part in range(1, upload.parts + 1):
            _send_part(http, upload, part, file.read(upload.part_bytes))
    return http.ask("POST", f"uploads/{upload.id}/complete", UploadOut)


def _send_part(http: Http, upload: UploadOut, part: int, content: bytes) -> None:
    for tried in range(1, TRIES + 1):
        try:
            place = f"uploads/{upload.id}/parts/{part}"
            http.ask("PUT", place, UploadOut, content=content, read_seconds=PART_SECONDS)
        except Unreachable:
            if tried == TRIES:
                raise
            time.sleep(WAIT_SECONDS * tried)
        else:
            return
