"""ETags: an answer that a client has is not sent again, and nobody overwrites what they didn't see.

The tag is of the bytes of the answer, so it changes with anything that a client could see change.
Source: RFC 9110, 8.8.3 and 13.1; RFC 6585, 3 (428).
"""

import hashlib
from typing import Annotated

from fastapi import Header, Request, Response
from pydantic import BaseModel

from backend.problems import Problem, Refusal

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=1_000,
        description="The ETag of the state that you change: of the answer to your last GET.",
        examples=['"5f3c9a1e0b7d2468"'],
    ),
]


class ChangedMeanwhile(Refusal):
    """412: it isn't any more what the one who changes it has seen."""

    status = 412

    def __init__(self) -> None:
        super().__init__(
            Problem(
                code="changed_meanwhile",
                title="This was changed since you looked",
                detail="If-Match names an older state than it has now. Nothing was changed.",
                hint="Get it again, apply your change to what it is now, and send that with its "
                "new ETag.",
            )
        )


class SayWhich(Refusal):
    """428: a change without If-Match, which could overwrite what its sender never saw."""

    status = 428

    def __init__(self) -> None:
        super().__init__(
            Problem(
                code="say_which",
                title="Say which state you mean to change",
                detail="A change is taken only with `If-Match`, so that nobody's work is "
                "overwritten unseen.",
                hint="Get it, and send its ETag back as `If-Match`.",
            )
        )


def etag_of(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def etag_of_model(shown: BaseModel) -> str:
    """The ETag that a GET has which answers with `shown`."""
    return etag_of(shown.model_dump_json(by_alias=True).encode())


def check_match(if_match: str | None, shown: BaseModel) -> None:
    """Let a change go on only if its sender has seen what there is now, `shown`.

    Raises SayWhich without an If-Match, ChangedMeanwhile if it names another state.
    """
    if if_match is None:
        raise SayWhich
    if not _names(if_match, etag_of_model(shown)):
        raise ChangedMeanwhile


def with_etag(request: Request, response: Response) -> Response:
    """`response` with its ETag; or 304, where the client has just that."""
    body = getattr(response, "body", None)  # a stream has none
    if request.method != "GET" or response.status_code != 200 or not body:
        return response
    tag = response.headers.setdefault("ETag", etag_of(bytes(body)))
    if not _names(request.headers.get("if-none-match", ""), tag):
        return response
    kept = {"ETag": tag} | {
        name: response.headers[name]
        for name in ("Cache-Control", "Vary")
        if name in response.headers
    }
    return Response(status_code=304, headers=kept)


def _names(header: str, tag: str) -> bool:
    told = [each.strip().removeprefix("W/") for each in header.split(",")]
    return tag in told or "*" in told
