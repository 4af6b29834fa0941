"""How many bytes a request may bring: counted as they come, before anything is kept of them.

A file may be large, everything else is small. A pure ASGI middleware; the framework turns whatever
is raised while it reads a body into "400", but for its own exception, so that carries our refusal.
"""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.problems import TooLarge
from backend.settings import Settings

_PARTS = "/api/v1/uploads/"
_AROUND_A_FILE_BYTES = 1_000_000
"""Room for what a form sends beside its file."""


class BodyLimits:
    """Ends the reading of a body that is too large: by its announced length, or by its bytes."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal, left = self._limit(scope["path"], headers)

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413) from refusal
            return message

        announced = headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > left:
            left = -1  # refused at the first look at the body
        await self._app(scope, counted, send)

    def _limit(self, path: str, headers: Headers) -> tuple[TooLarge, int]:
        """What is said to more than so many bytes, and how many."""
        if path.startswith(_PARTS):
            limit = self._settings.upload_part_bytes
            return TooLarge(limit, "part", "LIKEWISE_UPLOAD_PART_BYTES"), limit
        if headers.get("content-type", "").startswith("multipart/form-data"):
            limit = self._settings.max_upload_bytes
            return TooLarge(limit), limit + _AROUND_A_FILE_BYTES
        limit = self._settings.max_request_bytes
        return TooLarge(limit, "request", "LIKEWISE_MAX_REQUEST_BYTES"), limit
