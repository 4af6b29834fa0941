"""Problems as they leave: RFC 9457 problem details, one shape for every route.

`errors[]` holds each single problem with its JSON pointer and its fixes; a fix is a JSON Patch.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from backend.problems import Pointer, Problem, Refusal
from backend.web.request_ids import this_request

log = structlog.get_logger()


class FixOut(BaseModel):
    label: str
    patch: list[dict[str, Any]]


class ProblemOut(BaseModel):
    """One thing that is wrong, where, and how to mend it."""

    pointer: str
    code: str
    title: str
    message: str
    hint: str | None
    fixes: list[FixOut]

    @classmethod
    def of(cls, problem: Problem) -> "ProblemOut":
        return cls(
            pointer=problem.at,
            code=problem.code,
            title=problem.title,
            message=problem.detail,
            hint=problem.hint,
            fixes=[FixOut(label=fix.label, patch=list(fix.patch)) for fix in problem.fixes],
        )


class ProblemDetails(BaseModel):
    """RFC 9457, with the single problems in `errors`."""

    type: str = Field(description="`urn:likewise:problem:` and the code.")
    title: str
    status: int
    code: str = Field(description="For programs: it stays, whatever the words become.")
    detail: str
    hint: str | None = Field(description="What to do now, where `detail` doesn't say it.")
    errors: list[ProblemOut]
    request_id: str | None = Field(description="Name it when you ask the operator.")


def details(status: int, problems: Sequence[Problem]) -> ProblemDetails:
    first = problems[0]
    more = f" ({len(problems) - 1} more below)" if len(problems) > 1 else ""
    return ProblemDetails(
        type=f"urn:likewise:problem:{first.code}",
        title=first.title,
        status=status,
        code=first.code,
        detail=first.detail + more,
        hint=first.hint,
        errors=[ProblemOut.of(problem) for problem in problems],
        request_id=this_request(),
    )


def answer(status: int, problems: Sequence[Problem], headers: dict[str, str]) -> Response:
    return JSONResponse(
        details(status, problems).model_dump(),
        status_code=status,
        media_type="application/problem+json",
        headers=headers,
    )


def _request_problems(request: Request, error: RequestValidationError) -> list[Problem]:
    sent_as = request.headers.get("content-type", "")
    if "json" not in sent_as and any(fault["loc"] == ("body",) for fault in error.errors()):
        return [_not_sent_as_json(sent_as)]
    problems = []
    for fault in error.errors():
        _place, *path = fault["loc"]
        at = Pointer("")
        for part in path:
            at = at / part
        problems.append(
            Problem(
                code="missing_field" if fault["type"] == "missing" else "wrong_value",
                title="This request can't be read",
                detail=f"{at or fault['loc'][0]}: {fault['msg']}.",
                at=at,
            )
        )
    return problems


def _not_sent_as_json(sent_as: str) -> Problem:
    """What curl's -d does, unless it is told otherwise."""
    said = f"It came as {sent_as}" if sent_as else "It doesn't say what it is"
    return Problem(
        code="not_sent_as_json",
        title="This request needs a body of JSON",
        detail=f"{said}. Send JSON with the header `Content-Type: application/json`.",
    )


_PLAINER = {
    404: (
        "There is nothing at this address",
        "Check it for a slip, or begin at the start page. What it named may have been deleted.",
    ),
    405: (
        "This address doesn't do that",
        "It is there, and takes other methods: the header `Allow` names them.",
    ),
}
"""Titles, and what to do, where the framework says no more than the name of a status."""


def install(app: FastAPI) -> None:
    """Have every error of `app` answered in this shape; never a stack trace."""

    @app.exception_handler(Refusal)
    def _refusal(_request: Request, error: Refusal) -> Response:
        return answer(error.status, error.problems, error.headers)

    @app.exception_handler(RequestValidationError)
    def _validation(request: Request, error: RequestValidationError) -> Response:
        return answer(422, _request_problems(request, error), {})

    @app.exception_handler(HTTPException)
    def _http(_request: Request, error: HTTPException) -> Response:
        if isinstance(error.__cause__, Refusal):  # raised where the framework lets nothing else by
            return _refusal(_request, error.__cause__)
        phrase = HTTPStatus(error.status_code).phrase
        code, said = phrase.lower().replace(" ", "_"), str(error.detail)
        title, detail = _PLAINER.get(error.status_code, (phrase, said))
        problem = Problem(code=code, title=title, detail=detail if said == phrase else said)
        return answer(error.status_code, [problem], dict(error.headers or {}))

    app.add_exception_handler(Exception, unforeseen)


def unforeseen(request: Request, error: Exception) -> Response:
    """A mistake of ours: the log says it all, the answer nothing of it."""
    log.error("request failed", path=request.scope["path"], exc_info=error)
    problem = Problem(
        code="internal_error",
        title="The studio made a mistake",
        detail="Nothing was changed. The studio's log says what happened; try again, "
        "and report it if it happens twice.",
    )
    return answer(500, [problem], {})
