"""`Idempotency-Key` at the edge: each POST of a `RestRoute` heeds it.

Source: the IETF draft "The Idempotency-Key HTTP Header Field", 07.
"""

import hashlib
from asyncio import to_thread
from collections.abc import Callable, Iterator
from typing import Annotated, BinaryIO, Protocol

import structlog
from fastapi import Depends, FastAPI, Header, Request, Response
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from backend.ids import PersonId, ProjectId
from backend.rest import once
from backend.rest.once import Answer, Claim, InFlight
from backend.studio import Studio
from backend.web.dependencies import TheStudio, with_the_act
from backend.web.own_address import address_of

log = structlog.get_logger()

KEPT_HEADERS = ("content-type", "location")
_AT_ONCE_BYTES = 1 << 20

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Any text of yours, new for each new request. Sent twice within 24 hours, the "
        "request is done once, and answered twice.",
        examples=["a3f1c9d2-order-17"],
    ),
]


def _shown_once(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


SHOWN_ONCE = Depends(_shown_once)
"""For a route whose answer holds a secret: nobody keeps it, and a repeated request is told so."""


class Asker(Protocol):
    """What there is to know here of the person who asks: accounts are above."""

    @property
    def id(self) -> PersonId: ...
    @property
    def project_id(self) -> ProjectId: ...
    @property
    def is_known(self) -> bool: ...


class Replayed(Exception):
    """What was asked was done before; carries the answer of then."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def install(app: FastAPI) -> None:
    @app.exception_handler(Replayed)
    def _again(_request: Request, seen: Replayed) -> Response:
        headers = {**seen.answer.headers, "Idempotent-Replayed": "true"}
        return Response(seen.answer.body, seen.answer.status, headers)


async def _request_hash(request: Request) -> str:
    """Of all that makes two requests the same; of a form its fields, as its boundaries differ."""
    digest = hashlib.sha256(f"{request.method} {address_of(request)}\n".encode())
    if request.headers.get("content-type", "").startswith(("multipart/", "application/x-www")):
        for name, value in (await request.form()).multi_items():
            digest.update(f"\n{name}\n".encode())
            if isinstance(value, UploadFile):
                digest.update(f"{value.filename}\n".encode())
                await to_thread(_add_file, digest, value.file)
            else:
                digest.update(value.encode())
    else:
        digest.update(await request.body())
    return digest.hexdigest()


def _add_file(digest: "hashlib._Hash", file: BinaryIO) -> None:
    file.seek(0)
    while chunk := file.read(_AT_ONCE_BYTES):
        digest.update(chunk)
    file.seek(0)


async def _hash_if_keyed(request: Request, key: Key = None) -> str | None:
    return None if key is None else await _request_hash(request)


def done_once(
    request: Request,
    studio: TheStudio,
    request_hash: Annotated[str | None, Depends(_hash_if_keyed)],
    key: Key = None,
) -> Iterator[None]:
    """Around a POST: claims its key, and keeps its answer together with what it did.

    Raises Replayed where it was done before.
    """
    who: Asker = request.state.person
    if key is None or request_hash is None or not who.is_known:
        yield
        return
    held = Claim(
        project_id=who.project_id,
        person_id=who.id,
        key=key,
        holder=request.scope["state"]["own_id"],
    )
    with studio.database.writing() as session:
        answer = once.claim(session, held, request_hash)
    if answer is not None:
        raise Replayed(answer)
    is_kept = False

    def keep(session: Session) -> None:
        nonlocal is_kept
        response: Response = request.state.answer
        said = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        answer = Answer(status=response.status_code, headers=said, body=bytes(response.body))
        is_secret = "no-store" in response.headers.get("cache-control", "")
        once.keep(session, held, answer, is_secret=is_secret)
        is_kept = True

    with_the_act(request, keep)
    try:
        yield
    except BaseException:
        _release(studio, held)
        raise
    if not is_kept:  # the act had transactions of its own; what it made is found again by content
        _keep_afterwards(studio, keep)


def _keep_afterwards(studio: Studio, keep: Callable[[Session], None]) -> None:
    """What was done is done: its answer goes out, whether or not it could be kept."""
    try:
        studio.database.retrying(keep)
    except (SQLAlchemyError, InFlight) as error:
        log.warning("answer not kept", error=type(error).__name__)


def _release(studio: Studio, held: Claim) -> None:
    try:
        with studio.database.writing() as session:
            once.release(session, held)
    except SQLAlchemyError as error:
        log.warning("key not given back; it is free in a minute", error=type(error).__name__)
