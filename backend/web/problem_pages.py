"""Problems for people: what the API says as JSON, a browser gets as a page, in the same words."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from backend.problems import Refusal
from backend.web.headers import protect
from backend.web.own_address import path_of
from backend.web.problem_details import ProblemDetails
from backend.web.templates import page

ANSWERED = (Refusal, RequestValidationError, HTTPException, SQLAlchemyError, Exception)
KEPT_HEADERS = ("Retry-After", "Allow")


def install(app: FastAPI) -> None:
    """Wrap each answer that was installed before."""
    for kind in ANSWERED:
        app.add_exception_handler(kind, _for_people_too(app.exception_handlers[kind]))


def wants_page(request: Request) -> bool:
    """Is this a browser on one of the pages? Programs say nothing of HTML, or ask the API."""
    is_api = path_of(request).startswith(("/api/", "/v1/"))
    return not is_api and "text/html" in request.headers.get("accept", "")


def as_page(request: Request, problem: ProblemDetails) -> Response:
    """The problem as a page of its own, or above the page that htmx acts for."""
    response = page(request, "problem.html", "problem", problem.status, problem=problem)
    response.headers["HX-Retarget"] = "#alerts"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def _for_people_too(answer: Callable[..., Any]) -> Callable[[Request, Exception], Response]:
    def answered(request: Request, error: Exception) -> Response:
        plain: Response = answer(request, error)
        if not wants_page(request):
            protect(plain.headers)
            return plain
        shown = as_page(request, ProblemDetails.model_validate_json(bytes(plain.body)))
        for name in KEPT_HEADERS:
            if name in plain.headers:
                shown.headers[name] = plain.headers[name]
        protect(shown.headers)  # a mistake's answer leaves outside of the guard
        return shown

    return answered
