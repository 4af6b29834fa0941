"""From an error to what a person reads and a script tests."""

from http import HTTPStatus
from typing import Any

from pydantic import ValidationError

from backend.migrate import NewerDatabase
from backend.problems import Refusal
from backend.web.problem_details import details
from likewise.cli.exits import Exit
from likewise.client.errors import (
    ApiError,
    Incompatible,
    NoStudio,
    StudioError,
    Unreachable,
    in_words,
)
from likewise.embedded.problems import DataInUse, PortTaken, StartError

# the first row that an error is of counts
ROWS: tuple[tuple[type[Exception], Exit], ...] = (
    (ApiError, Exit.REFUSED),
    (Refusal, Exit.REFUSED),
    (Unreachable, Exit.UNREACHABLE),
    (NoStudio, Exit.UNREACHABLE),
    (Incompatible, Exit.FAILED),
    (StudioError, Exit.FAILED),
    (DataInUse, Exit.IN_USE),
    (PortTaken, Exit.IN_USE),
    (StartError, Exit.FAILED),
    (NewerDatabase, Exit.FAILED),
    (ValidationError, Exit.USAGE),
    (FileNotFoundError, Exit.NOT_FOUND),
    (IsADirectoryError, Exit.NOT_FOUND),
    (PermissionError, Exit.FAILED),
)


def exit_of(error: Exception) -> Exit | None:
    """The status that stands for `error`; None where it is none that we foresaw."""
    if isinstance(error, ApiError) and error.status == HTTPStatus.NOT_FOUND:
        return Exit.NOT_FOUND
    return next((status for kind, status in ROWS if isinstance(error, kind)), None)


def words_of(error: Exception) -> str:
    """What is wrong, where, and what to do now."""
    if isinstance(error, Refusal):
        return in_words(error.problems[0].title, tuple(error.problems))
    if isinstance(error, ValidationError):
        name = _setting if error.title == "Settings" else _field
        return "\n".join(f"{name(fault['loc'])}{fault['msg']}" for fault in error.errors())
    if isinstance(error, OSError):
        return f"{error.strerror}: {error.filename}. Check the path; it is read from this folder."
    return str(error)


def details_of(error: Exception, status: Exit) -> dict[str, Any]:
    """The same for programs: the studio's problem details, or the nearest to them."""
    if isinstance(error, ApiError):
        return error.details()
    if isinstance(error, Refusal):
        return details(error.status, error.problems).model_dump()
    return {"code": status.name.lower(), "title": words_of(error), "errors": []}


def _setting(place: tuple[int | str, ...]) -> str:
    return "LIKEWISE_" + "_".join(str(part) for part in place).upper() + ": " if place else ""


def _field(place: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in place) + ": " if place else ""
