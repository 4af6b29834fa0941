"""Requests as a stranger writes them: any header, twice if need be, to the application itself."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message

Lines = Sequence[tuple[str, str]]

OURS: Lines = [("host", "127.0.0.1:8000")]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Headers
    body: bytes


def ask(
    app: ASGIApp,
    method: str,
    path: str,
    headers: Lines = OURS,
    body: bytes = b"",
    query: str = "",
) -> Answer:
    """What the application answers; a mistake of its own is an answer too, as over a wire."""
    told: list[Message] = []
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
        "client": ("127.0.0.1", 40_000),
        "server": ("127.0.0.1", 8_000),
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        told.append(message)

    async def answered() -> None:
        try:
            await app(scope, receive, send)
        except Exception:
            if not told:  # the framework raises again what it has answered with a 500
                raise

    with ThreadPoolExecutor(1) as apart:  # a browser's loop may run in this thread
        apart.submit(asyncio.run, answered()).result()
    started = told[0]
    return Answer(
        status=started["status"],
        headers=Headers(raw=list(started["headers"])),
        body=b"".join(part.get("body", b"") for part in told[1:]),
    )
