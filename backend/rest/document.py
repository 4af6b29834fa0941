"""The OpenAPI document, made whole: what holds for every operation is said once, here.

The framework knows paths, parameters and shapes. This adds examples, the problems that each
operation may answer with, how to say who one is, and what stands in headers.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any

from fastapi import FastAPI

from backend.rest.examples import NoExample, example_of
from backend.rest.refusals import MEDIA_TYPE, REFUSALS, Operation, RefusalRow
from backend.web.problem_details import ProblemDetails

_FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")
_METHODS = ("get", "put", "post", "delete", "patch", "head", "options")

SECURITY: dict[str, dict[str, str]] = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API token, made in the settings or by POST /api/v1/tokens.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "likewise_session",
        "description": "A browser that has signed in. A studio for one person asks for neither.",
    },
}

_PROBLEM = {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}

HEADERS: dict[str, dict[str, Any]] = {
    "Retry-After": {
        "description": "So many seconds from now it is worth trying again.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 2,
    },
    "X-Request-Id": {
        "description": "Names this request, in the studio's log too. Yours is echoed.",
        "schema": {"type": "string"},
        "example": "req_01h455vb4pex5vsknk084sn02q",
    },
}


class DescribedAPI(FastAPI):
    """An application whose document is whole. `public` are the paths that ask nobody who they are."""

    def __init__(self, *, public: Collection[str], **options: Any) -> None:
        super().__init__(**options)
        self._public = public

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = made_whole(super().openapi(), self._public)
        return self.openapi_schema


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation: its path (of a webhook its name), its method, and what is said of it."""
    for part in ("paths", "webhooks"):
        for path, methods in document.get(part, {}).items():
            for method, described in methods.items():
                if method in _METHODS:
                    yield path, method, described


def made_whole(document: dict[str, Any], public: Collection[str]) -> dict[str, Any]:
    """`document` with all that the framework can't know."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in _FRAMEWORKS_OWN:
        schemas.pop(name, None)
    problem = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"ProblemDetails": problem}
    components["responses"] = {row.name: _answer(row) for row in REFUSALS}
    components["headers"] = HEADERS
    components["securitySchemes"] = SECURITY
    document["security"] = [{name: []} for name in SECURITY]
    for path, method, described in operations(document):
        is_ours = path in document.get("paths", {})
        described["summary"] = in_words(described.get("operationId", path))
        if is_ours:
            _add_problems(
                Operation(method=method, path=path, described=described, is_public=path in public)
            )
        _add_examples(described, schemas)
    return document


def in_words(operation_id: str) -> str:
    """`listRunEvents` → `List run events`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", operation_id).capitalize()


def _answer(row: RefusalRow) -> dict[str, Any]:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in row.headers}
    return {
        "description": f"{row.title}.",
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}, **headers},
        "content": {
            MEDIA_TYPE: {**_PROBLEM, "example": row.example()},
        },
    }


def _add_problems(operation: Operation) -> None:
    described = operation.described
    answers = described["responses"]
    if "HTTPValidationError" in str(answers.get("422")):
        del answers["422"]
    for row in REFUSALS:
        if row.when(operation):
            answers.setdefault(str(row.status), {"$ref": f"#/components/responses/{row.name}"})
    for status, answer in answers.items():
        if status[0] in "45" and "$ref" not in answer:  # the route says when, we how
            answer.setdefault("content", {}).setdefault(MEDIA_TYPE, dict(_PROBLEM))
    if operation.is_public:
        described["security"] = []


def _add_examples(described: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    bodies = [described.get("requestBody", {}), *described["responses"].values()]
    for body in bodies:
        for media in body.get("content", {}).values():
            if "example" not in media and "examples" not in media:
                with suppress(NoExample):  # a test names the field that lacks one
                    media["example"] = example_of(media.get("schema", {}), schemas)
