"""Refusals in the shape that OpenAI's clients read, for the routes under /v1 and for no others.

Source: https://platform.openai.com/docs/guides/error-codes
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from backend.problems import Refusal

_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class OpenAIRoute(APIRoute):
    """A route whose refusals come as `{"error": {"message", "type", "param", "code"}}`."""

    def get_route_handler(self) -> _Handler:
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await answer(request)
            except RequestValidationError as error:
                fault = error.errors()[0]
                place = ".".join(str(part) for part in fault["loc"][1:2])
                return envelope(
                    400, f"{place or 'body'}: {fault['msg']}.", place or None, "invalid"
                )
            except Refusal as refusal:
                return _refused(refusal)
            except HTTPException as error:
                if not isinstance(error.__cause__, Refusal):
                    raise
                return _refused(error.__cause__)

        return handle


def envelope(
    status: int,
    message: str,
    param: str | None,
    code: str,
    headers: dict[str, str] | None = None,
) -> Response:
    kind = "server_error" if status >= 500 else _TYPES.get(status, "invalid_request_error")
    error = {"message": message, "type": kind, "param": param, "code": code}
    return JSONResponse({"error": error}, status_code=status, headers=headers)


def _refused(refusal: Refusal) -> Response:
    first = refusal.problems[0]
    status = 400 if refusal.status == 422 else refusal.status  # what they expect of a wrong field
    param = first.at.removeprefix("/") or None
    return envelope(status, first.detail, param, first.code, refusal.headers)
