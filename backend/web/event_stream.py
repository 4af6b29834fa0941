"""Answers that stay open: Server-Sent Events, and a connection that cuts off who doesn't read them.

A client that takes nothing keeps a stream's news waiting in the server. So a stream is written a
piece at a time, waits for the client, and is cut off once it has waited for `STALLED_SECONDS`: the
client comes back with `Last-Event-ID` and has missed nothing.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

STALLED_SECONDS = 12.0
"""With the check's own delay and the cut, a client that doesn't read is gone within 15 s."""

HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
_CONNECTION = "likewise.connection"


class EventStream(StreamingResponse):
    """Frames of Server-Sent Events, as they come."""

    def __init__(self, frames: AsyncIterator[bytes]) -> None:
        super().__init__(frames, media_type="text/event-stream", headers=HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = scope.get("extensions", {}).get(_CONNECTION)
        if connection is not None:
            connection.is_stream = True
        await super().__call__(scope, receive, send)


class Connection(H11Protocol):
    """A client's connection. Only streams are cut off: a download that somebody paused is theirs."""

    is_stream = False
    _given_up: asyncio.TimerHandle | None = None

    def handle_events(self) -> None:
        super().handle_events()
        scope: Any = self.scope  # None before the first request, whatever its type says
        if scope is not None and "extensions" not in scope:  # a request has just begun
            self.is_stream = False
            scope["extensions"] = {_CONNECTION: self}  # its task runs after this

    def pause_writing(self) -> None:
        super().pause_writing()
        self._given_up = self.loop.call_later(STALLED_SECONDS, self._give_up)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._forget()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The server leaves: who doesn't read would not hear its farewell."""
        if self._given_up is not None:
            self._give_up()
        super().shutdown()

    def _give_up(self) -> None:
        if self.is_stream:
            self.transport.abort()

    def _forget(self) -> None:
        if self._given_up is not None:
            self._given_up.cancel()
            self._given_up = None
