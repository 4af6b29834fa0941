"""Trouble with the database at the edge: tried again where that is safe, then 503, never a 500.

A request whose body is at hand is answered by one transaction, which the trouble has undone: so it
is asked again from its start, with what was heard of it. Two things are never repeated: what may
have been committed, and a body that came as a stream.
"""

import asyncio
import time

import structlog
from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import DataError, SQLAlchemyError
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.database_trouble import Trouble, pause_seconds, trouble_of
from backend.db import CommitUnknown
from backend.problems import NoRoom, Problem, Unready
from backend.web.problem_details import answer, unforeseen

log = structlog.get_logger()

TRIES = 5
NO_MORE_AFTER_SECONDS = 15.0
"""A try may wait 5 s (PostgreSQL) or 10 s (SQLite) for a lock: a client waits no longer than two."""

_MAY_REPEAT = "may_repeat"


class DatabaseTrouble(Unready):
    """503: the database is busy or away. The request changed nothing, or says that it may have."""


_REFUSALS = {
    Trouble.BUSY: DatabaseTrouble(
        "The studio is busy",
        "Others held what this request needs for too long. Nothing was changed; send it again.",
        2,
        "database_busy",
    ),
    Trouble.AWAY: DatabaseTrouble(
        "The studio's database doesn't answer",
        "Nothing was changed. Send it again in a moment; if this lasts, the operator finds the "
        "reason in the studio's log.",
        5,
        "database_away",
    ),
    Trouble.FULL: NoRoom(0),
}
_UNKNOWN = DatabaseTrouble(
    "The studio's database went away at the last moment",
    "What was asked may be done, or not. Send it again with the same Idempotency-Key, or look "
    "first whether it is there.",
    5,
    "maybe_done",
)


def install(app: FastAPI) -> None:
    """Answer the database's trouble; a statement that was wrong stays a mistake of ours."""

    @app.exception_handler(SQLAlchemyError)
    def _database(request: Request, error: SQLAlchemyError) -> Response:
        if isinstance(error, DataError):
            return answer(422, [_NOT_KEPT], {})
        trouble = trouble_of(error)
        if trouble is None:
            return unforeseen(request, error)
        log.warning("database in trouble", trouble=trouble.value, error=type(error).__name__)
        is_unknown = isinstance(error, CommitUnknown)
        refusal = _UNKNOWN if is_unknown else _REFUSALS[trouble]
        may_repeat = not is_unknown and trouble is not Trouble.FULL
        request.scope.setdefault("state", {})[_MAY_REPEAT] = may_repeat
        return answer(refusal.status, refusal.problems, refusal.headers)


_NOT_KEPT = Problem(
    code="not_storable",
    title="A value of this can't be kept",
    detail="It holds a character or a number that no database keeps, such as NUL. Nothing was "
    "changed; take it out and send it again.",
)


class Repeats:
    """Asks again, with pauses, while the answer is that the database was in trouble."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_at_hand(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        heard: list[Message] = []
        until = time.monotonic() + NO_MORE_AFTER_SECONDS
        for n in range(TRIES):
            is_last = n == TRIES - 1 or time.monotonic() > until
            if await self._answered(scope, _again(heard, receive), send, is_last):
                return
            await asyncio.sleep(pause_seconds(n))

    async def _answered(self, scope: Scope, receive: Receive, send: Send, is_last: bool) -> bool:
        """One try. False where its answer was held back, to try again."""
        state = dict(scope.get("state", {}))
        is_held_back = False

        async def send_or_hold(message: Message) -> None:
            nonlocal is_held_back
            if message["type"] == "http.response.start" and not is_last:
                is_held_back = bool(state.get(_MAY_REPEAT))
            if not is_held_back:
                await send(message)

        await self._app({**scope, "state": state}, receive, send_or_hold)
        return not is_held_back


def _is_at_hand(headers: Headers) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    has_body = "content-length" in headers or "transfer-encoding" in headers
    return kind.endswith("json") or not has_body or headers.get("content-length") == "0"


def _again(heard: list[Message], receive: Receive) -> Receive:
    """The request from its start: what was heard of it, then what still comes."""
    told = iter(list(heard))

    async def hear() -> Message:
        for message in told:
            return message
        message = await receive()
        if message["type"] == "http.request":
            heard.append(message)
        return message

    return hear
