"""How many live streams one person may have open at once, on this server.

A stream costs a connection and a task for as long as it is watched; a page needs one.
"""

from collections import Counter
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.problems import TooMany

STREAM = "text/event-stream"


class StreamLimits:
    """Refuses one stream too many before its first byte. `who_asks` names whose it is; None:
    nobody's, which is not counted."""

    def __init__(self, app: ASGIApp, most: int, who_asks: Callable[[Scope], str | None]) -> None:
        self._app = app
        self._most = most
        self._who_asks = who_asks
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        who = self._who_asks(scope) if scope["type"] == "http" else None
        if who is None:
            await self._app(scope, receive, send)
            return
        is_stream = False

        async def send_counted(message: Message) -> None:
            nonlocal is_stream
            if message["type"] == "http.response.start" and _is_stream(message):
                self._check(who)
                self._open[who] += 1
                is_stream = True
            await send(message)

        try:
            await self._app(scope, receive, send_counted)
        finally:
            if is_stream:
                self._open[who] -= 1

    def _check(self, who: str) -> None:
        if self._open[who] >= self._most:
            raise TooMany(
                "too_many_streams",
                "Too many live streams are open",
                f"You watch {self._open[who]} at once, and no more are served. Close a page that "
                "watches a run, then open this again; an operator can raise LIKEWISE_MOST_STREAMS.",
                10,
            )


def _is_stream(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith(STREAM)
