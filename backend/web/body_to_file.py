"""A request's body into a file, as it comes: a part of a large file is never whole in memory."""

import os
from asyncio import to_thread
from pathlib import Path

from starlette.requests import Request

from backend.fault_points import fault_point

_AT_ONCE_BYTES = 1 << 20


async def body_to_file(request: Request, place: Path, offset: int, most_bytes: int) -> int:
    """Write the body into the file that is at `place`, from `offset` on; how many bytes came.

    Of more than `most_bytes` only so many are written. They are synced when this returns.

    Raises ClientDisconnect where the line broke: what came until then is in the file.
    """
    came = written = 0
    waiting = bytearray()
    async for chunk in request.stream():
        came += len(chunk)
        waiting += chunk[: max(most_bytes - written - len(waiting), 0)]
        if len(waiting) >= _AT_ONCE_BYTES:
            await to_thread(_write, place, offset + written, bytes(waiting))
            written += len(waiting)
            waiting.clear()
    await to_thread(_write, place, offset + written, bytes(waiting), is_last=True)
    return came


def _write(place: Path, offset: int, content: bytes, is_last: bool = False) -> None:
    with place.open("r+b") as file:
        file.seek(offset)
        file.write(content)
        file.flush()
        fault_point("upload.part written")
        if is_last:
            os.fsync(file.fileno())
            fault_point("upload.part synced")
