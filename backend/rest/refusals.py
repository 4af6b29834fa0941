"""Which problems an operation may answer with: rows, each with when it can happen.

One shape for all, `ProblemDetails`. A row that names an operation here is part of every document,
so no route says again what holds for all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

MEDIA_TYPE = "application/problem+json"
_CHANGING = ("post", "put", "patch", "delete")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What decides which problems there can be."""

    method: str
    path: str
    described: dict[str, Any]
    is_public: bool

    @property
    def parameters(self) -> list[dict[str, Any]]:
        return list(self.described.get("parameters", ()))

    @property
    def has_body(self) -> bool:
        return "requestBody" in self.described

    def takes_header(self, name: str) -> bool:
        return any(each["in"] == "header" and each["name"] == name for each in self.parameters)


@dataclass(frozen=True, kw_only=True)
class RefusalRow:
    """One problem with its status: when, and what an answer looks like."""

    status: int
    code: str
    title: str
    detail: str
    when: Callable[[Operation], bool]
    hint: str | None = None
    headers: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How the document calls it."""
        return HTTPStatus(self.status).phrase.title().replace(" ", "").replace("-", "")

    def example(self) -> dict[str, Any]:
        error = {"pointer": "", "code": self.code, "title": self.title, "message": self.detail}
        return {
            "type": f"urn:likewise:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "hint": self.hint,
            "errors": [{**error, "hint": self.hint, "fixes": []}],
            "request_id": "req_01h455vb4pex5vsknk084sn02q",
        }


REFUSALS = (
    RefusalRow(
        status=400,
        code="bad_request",
        title="Bad Request",
        detail="There was an error parsing the body",
        when=lambda op: op.has_body,
    ),
    RefusalRow(
        status=401,
        code="not_signed_in",
        title="This needs to know who you are",
        detail="Send an API token as `Authorization: Bearer …`, or sign in.",
        when=lambda op: not op.is_public or op.method in _CHANGING,
    ),
    RefusalRow(
        status=403,
        code="not_allowed",
        title="You may not do this here",
        detail="It takes the scope 'train', which your role in this project doesn't have.",
        when=lambda op: True,
    ),
    RefusalRow(
        status=404,
        code="not_found",
        title="No such run",
        detail="There is no run 'run_01h455vb4pex5vsknk084sn02q' here. Look at the list for those "
        "there are.",
        when=lambda op: True,
    ),
    RefusalRow(
        status=409,
        code="already_ended",
        title="This has already ended",
        detail="It ended as succeeded; there is nothing left to stop.",
        when=lambda op: op.method in _CHANGING or "/hub/" in op.path,
        headers=("Retry-After",),
    ),
    RefusalRow(
        status=410,
        code="claim_over",
        title="This link can't be used",
        detail="It works once, for an hour after the studio's start, while nobody has an account.",
        when=lambda op: op.is_public and op.method in _CHANGING,
    ),
    RefusalRow(
        status=412,
        code="changed_meanwhile",
        title="This was changed since you looked",
        detail="If-Match names an older state than it has now. Nothing was changed.",
        hint="Get it again, apply your change to what it is now, and send that with its new ETag.",
        when=lambda op: op.takes_header("If-Match"),
    ),
    RefusalRow(
        status=413,
        code="too_large",
        title="This request is too large",
        detail="At most 2 MB are taken here. Send less at once, or have the operator raise "
        "LIKEWISE_MAX_REQUEST_BYTES.",
        when=lambda op: op.has_body,
    ),
    RefusalRow(
        status=422,
        code="wrong_value",
        title="This request can't be read",
        detail="/priority: Input should be less than or equal to 10.",
        when=lambda op: op.has_body or bool(op.parameters),
    ),
    RefusalRow(
        status=428,
        code="say_which",
        title="Say which state you mean to change",
        detail="A change is taken only with `If-Match`, so that nobody's work is overwritten "
        "unseen.",
        hint="Get it, and send its ETag back as `If-Match`.",
        when=lambda op: op.takes_header("If-Match"),
    ),
    RefusalRow(
        status=429,
        code="too_many_requests",
        title="That was too much at once",
        detail="1200 requests in 60 s are answered here. Wait 17 s, then go on.",
        when=lambda op: True,
        headers=("Retry-After",),
    ),
    RefusalRow(
        status=500,
        code="internal_error",
        title="The studio made a mistake",
        detail="Nothing was changed. The studio's log says what happened; try again, and report "
        "it if it happens twice.",
        when=lambda op: True,
    ),
    RefusalRow(
        status=503,
        code="database_busy",
        title="The studio is busy",
        detail="Others held what this request needs for too long. Nothing was changed; send it "
        "again.",
        when=lambda op: True,
        headers=("Retry-After",),
    ),
    RefusalRow(
        status=507,
        code="disk_full",
        title="The studio's disk is full",
        detail="There is no room for 12 MB more. Make room on the disk of LIKEWISE_DATA, then send "
        "it again.",
        when=lambda op: op.method in _CHANGING,
    ),
)
