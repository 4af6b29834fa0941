"""What can go wrong between a client and a studio. Each text is for a person to read.

StudioError
├── NoStudio       none was named, and none runs on this data folder
├── Unreachable    one was named, and doesn't answer
├── Incompatible   it answered in a form that this version doesn't know
└── ApiError       it said no; carries every problem and its fixes
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from backend.problems import Fix, Pointer, Problem


class StudioError(Exception):
    """Anything that kept a studio from doing what was asked."""


class NoStudio(StudioError):
    """Nobody said where the studio is, and none runs on this data folder."""

    def __init__(self, data: Path) -> None:
        super().__init__(
            f"No studio runs on {data}, and LIKEWISE_URL names none. Start one with "
            "`likewise start`, or set LIKEWISE_URL to the address of yours."
        )


class Unreachable(StudioError):
    """The studio doesn't answer. What was asked may or may not have been done."""

    def __init__(self, url: str, reason: object) -> None:
        super().__init__(
            f"The studio at {url} doesn't answer ({reason}). Check that it runs there: "
            f"curl {url}/livez"
        )


class Incompatible(StudioError):
    """The studio's answer has another form than this version of the client knows."""

    def __init__(self, url: str, reason: object) -> None:
        super().__init__(
            f"The answer of {url} can't be read: {reason}. Use the same version of likewise "
            "here as there; `likewise doctor` says which this is."
        )


class JobFailed(StudioError):
    """Work that the studio had taken failed, or was cancelled; the text is the job's own reason."""

    def __init__(self, job_id: str, title: str, detail: str) -> None:
        super().__init__(f"{title}\n  {detail}\n  job {job_id}")


class ApiError(StudioError):
    """The studio refused. `problems` holds every reason; `fixes` all offered repairs, in order."""

    def __init__(self, status: int, code: str, title: str, problems: tuple[Problem, ...]) -> None:
        self.status = status
        self.code = code
        self.title = title
        self.problems = problems
        super().__init__(in_words(title, problems))

    @classmethod
    def of(cls, status: int, body: Mapping[str, Any]) -> "ApiError":
        """From RFC 9457 problem details."""
        title = str(body.get("title") or f"HTTP {status}")
        detail = str(body.get("detail") or title)
        problems = tuple(_problem(error, title) for error in body.get("errors", ()))
        code = str(body.get("code") or "unknown")
        return cls(
            status, code, title, problems or (Problem(code=code, title=title, detail=detail),)
        )

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """All offered repairs, numbered from 1 in the error's text in this order."""
        return tuple(fix for problem in self.problems for fix in problem.fixes)

    def details(self) -> dict[str, Any]:
        """The problem details again, for programs."""
        return {
            "status": self.status,
            "code": self.code,
            "title": self.title,
            "errors": [
                {
                    "pointer": str(problem.at),
                    "code": problem.code,
                    "title": problem.title,
                    "message": problem.detail,
                    "fixes": [
                        {"label": fix.label, "patch": list(fix.patch)} for fix in problem.fixes
                    ],
                }
                for problem in self.problems
            ],
        }


def in_words(title: str, problems: tuple[Problem, ...]) -> str:
    """Every problem with its place and its numbered fixes, one a line."""
    return "\n".join([title, *_lines(problems)])


def _lines(problems: tuple[Problem, ...]) -> Iterator[str]:
    number = 0
    for problem in problems:
        place = f"{problem.at}: " if problem.at else ""
        yield f"  {place}{problem.detail}"
        for fix in problem.fixes:
            number += 1
            yield f"    fix {number}: {fix.label}"


def _problem(error: Mapping[str, Any], title: str) -> Problem:
    return Problem(
        code=str(error.get("code", "unknown")),
        title=str(error.get("title", title)),
        detail=str(error.get("message", title)),
        at=Pointer(error.get("pointer", "")),
        fixes=tuple(
            Fix(label=str(fix["label"]), patch=tuple(fix["patch"]))
            for fix in error.get("fixes", ())
        ),
    )


def problems_of(errors: list[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """Problems as `POST /recipes/validate` lists them."""
    return tuple(_problem(error, "This recipe can't be trained") for error in errors)
