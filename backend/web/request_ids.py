"""A name for each request: in its answer, in every problem, in every line that is logged for it.

`X-Request-Id` is echoed where it is one that a log can hold, and made otherwise; the trace id of a
W3C `traceparent` is logged beside it. Source: https://www.w3.org/TR/trace-context/
"""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from backend.ids import RequestId

_GIVEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
)


def this_request() -> str | None:
    """The id of the request that is being answered; None outside of any."""
    found: str | None = get_contextvars().get("request_id")
    return found


class RequestIds:
    """Names each request, before anything can be refused or go wrong."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        own_id = str(RequestId.new())
        request_id = given if _GIVEN.fullmatch(given) else own_id
        scope.setdefault("state", {})["own_id"] = own_id
        trace = _TRACEPARENT.match(headers.get("traceparent", ""))
        clear_contextvars()
        bind_contextvars(request_id=request_id, **({"trace_id": trace[1]} if trace else {}))

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        await self._app(scope, receive, send_named)
