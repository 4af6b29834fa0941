"""The one shape of everything that is wrong: what, where, and what to do now.

Inside, a `Problem` is a value: all are collected at once. What stops the work is raised:

    Refusal            the request can't be done; carries its HTTP status and its problems
    ├── Invalid        422: what was sent is wrong
    ├── BadFile        422: the file that was sent can't be read as a table
    ├── NotSignedIn    401: nobody knows who asks
    ├── TooMany        429: too often; come back in `retry_after_seconds`
    ├── Gone           410: it was there, once
    ├── Forbidden      403: signed in, and not allowed to do this
    ├── NotFound       404: there is none, or it isn't yours to see
    ├── Conflict       409: not in its present state
    ├── TooLarge       413: more bytes than allowed
    ├── NoRoom         507: the studio's disk is full
    └── Unready        503: come back in `retry_after_seconds`
        └── DatabaseTrouble    the database is busy or away

At the edge one handler writes them as RFC 9457 problem details.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


class Pointer(str):
    """A JSON pointer (RFC 6901) that grows by `/`: `Pointer("/loss") / "name"`."""

    def __truediv__(self, part: str | int) -> "Pointer":
        return Pointer(f"{self}/{str(part).replace('~', '~0').replace('/', '~1')}")


ROOT = Pointer("")


@dataclass(frozen=True, kw_only=True)
class Fix:
    """A repair that a button or a script can apply: a JSON Patch (RFC 6902) and its words."""

    label: str
    patch: tuple[dict[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong. `code` is for programs and stays; `title` and `detail` for people.

    `hint` is what to do now, where `detail` alone would not say it.
    """

    code: str
    title: str
    detail: str
    at: Pointer = ROOT
    hint: str | None = None
    fixes: tuple[Fix, ...] = ()


def replace(at: Pointer, value: object) -> dict[str, Any]:
    return {"op": "replace", "path": str(at), "value": value}


def remove(at: Pointer) -> dict[str, Any]:
    return {"op": "remove", "path": str(at)}


def add(at: Pointer, value: object) -> dict[str, Any]:
    return {"op": "add", "path": str(at), "value": value}


class Refusal(Exception):
    """A request that can't be done, with the reasons."""

    status: ClassVar[int] = 400
    headers: dict[str, str]

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].detail)
        self.problems: Sequence[Problem] = problems
        self.headers = {}


class Invalid(Refusal):
    """What was sent is wrong; each problem names its place."""

    status = 422


class BadFile(Refusal):
    """The file can't be read as a table; the problem names the line, column or byte."""

    status = 422

    def __init__(self, code: str, title: str, detail: str) -> None:
        super().__init__(Problem(code=code, title=title, detail=detail, at=Pointer("/file")))


class NotFound(Refusal):
    """There is none of this id, or it is not this person's to see: the same answer for both."""

    status = 404

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(
            Problem(
                code="not_found",
                title=f"No such {kind}",
                detail=f"There is no {kind} {name!r} here. Look at the list for those there are.",
            )
        )


class NotSignedIn(Refusal):
    """Nobody knows who asks, or what they showed is not, or no longer, good."""

    status = 401

    def __init__(self, code: str, title: str, detail: str) -> None:
        super().__init__(Problem(code=code, title=title, detail=detail))
        self.headers = {"WWW-Authenticate": 'Bearer realm="likewise"'}


class TooMany(Refusal):
    """Too often; what was sent was not looked at."""

    status = 429

    def __init__(self, code: str, title: str, detail: str, retry_after_seconds: int) -> None:
        super().__init__(Problem(code=code, title=title, detail=detail))
        self.headers = {"Retry-After": str(retry_after_seconds)}


class Gone(Refusal):
    """It was there once, and has been used up."""

    status = 410

    def __init__(self, code: str, title: str, detail: str) -> None:
        super().__init__(Problem(code=code, title=title, detail=detail))


class Forbidden(Refusal):
    """Known, and not allowed to do this here."""

    status = 403

    def __init__(self, code: str, title: str, detail: str) -> None:
        super().__init__(Problem(code=code, title=title, detail=detail))


class Conflict(Refusal):
    """Not possible in the present state."""

    status = 409

    def __init__(self, code: str, title: str, detail: str) -> None:
        super().__init__(Problem(code=code, title=title, detail=detail))


class TooLarge(Refusal):
    """More bytes than the operator allows."""

    status = 413

    def __init__(
        self, limit_bytes: int, what: str = "file", setting: str = "LIKEWISE_MAX_UPLOAD_BYTES"
    ) -> None:
        mb = limit_bytes / 1_000_000
        super().__init__(
            Problem(
                code="too_large",
                title=f"This {what} is too large",
                detail=f"At most {mb:,.0f} MB are taken here. Send less at once, or have the "
                f"operator raise {setting}.",
                at=Pointer(f"/{what}"),
            )
        )


class NoRoom(Refusal):
    """The disk of the studio has no room for what is being sent."""

    status = 507

    def __init__(self, size_bytes: int) -> None:
        super().__init__(
            Problem(
                code="disk_full",
                title="The studio's disk is full",
                detail=f"There is no room for {size_bytes / 1e6:,.0f} MB more. Make room on the "
                "disk of LIKEWISE_DATA, then send it again.",
            )
        )


class Unready(Refusal):
    """Something is still starting; ask again after `retry_after_seconds`."""

    status = 503

    def __init__(
        self, title: str, detail: str, retry_after_seconds: int, code: str = "not_ready"
    ) -> None:
        super().__init__(Problem(code=code, title=title, detail=detail))
        self.headers = {"Retry-After": str(retry_after_seconds)}
