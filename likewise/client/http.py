"""Requests to a studio: JSON in, typed answers out, every failure by its name."""

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from http import HTTPStatus
from typing import Any, TypeVar

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError

from likewise.client.errors import ApiError, Incompatible, Unreachable

Out = TypeVar("Out")

LOOPBACK = ("127.0.0.1", "localhost", "::1")
CONNECT_SECONDS = 5.0
UNREADY_SECONDS = 60.0
SSE_READ_SECONDS = 45.0
"""The server shows that it lives every 15 s; three of these missed is a broken stream."""


class Http:
    """One studio, as its REST API. Paths are below `/api/v1`."""

    def __init__(self, url: str, token: str | None, timeout: float) -> None:
        self.url = url
        self._timeout = httpx2.Timeout(timeout, connect=CONNECT_SECONDS)
        self._client = httpx2.Client(
            base_url=f"{url}/api/v1/",
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=self._timeout,
            trust_env=httpx2.URL(url).host not in LOOPBACK,  # no proxy leads to this machine
        )

    def ask(
        self,
        method: str,
        path: str,
        answer: type[Out],
        *,
        params: Mapping[str, Any] | None = None,
        body: object = None,
        content: bytes | None = None,
        read_seconds: float | None = None,
    ) -> Out:
        """One request and its answer as `answer`. `read_seconds`: the server may think so long.

        A studio that asks to come back in a moment (503 with Retry-After) is asked again, for a
        minute. Raises Unreachable, ApiError, Incompatible.
        """
        timeout = self._timeout
        if read_seconds is not None:
            timeout = httpx2.Timeout(read_seconds, connect=CONNECT_SECONDS)
        request = self._client.build_request(
            method,
            path,
            params={k: v for k, v in (params or {}).items() if v is not None},
            json=body.model_dump(mode="json") if isinstance(body, BaseModel) else body,
            content=content,
            timeout=timeout,
        )
        return self._read(self._send(request), answer)

    def _send(self, request: httpx2.Request) -> httpx2.Response:
        deadline = time.monotonic() + UNREADY_SECONDS
        while True:
            try:
                response = self._client.send(request)
            except httpx2.TransportError as error:
                raise Unreachable(self.url, str(error) or type(error).__name__) from error
            after = response.headers.get("Retry-After", "")
            is_unready = response.status_code == HTTPStatus.SERVICE_UNAVAILABLE and after.isdigit()
            if not is_unready or time.monotonic() > deadline:
                return response
            time.sleep(int(after))

    def _read(self, response: httpx2.Response, answer: type[Out]) -> Out:
        if response.is_success:
            try:
                return TypeAdapter(answer).validate_json(response.content)
            except ValidationError as error:
                raise Incompatible(self.url, error.errors()[0]["msg"]) from error
        raise refusal(self.url, response)

    def stream(self, path: str, after: int) -> AbstractContextManager[httpx2.EventSource]:
        """An open event stream, from the event after number `after`."""
        return self._client.sse(
            path,
            headers={"Last-Event-ID": str(after)},
            timeout=httpx2.Timeout(SSE_READ_SECONDS, connect=CONNECT_SECONDS),
        )

    def close(self) -> None:
        self._client.close()


def refusal(url: str, response: httpx2.Response) -> ApiError | Incompatible:
    """The error that an answer other than 2xx stands for."""
    if response.headers.get("content-type", "").startswith("application/problem+json"):
        return ApiError.of(response.status_code, response.json())
    return Incompatible(url, f"HTTP {response.status_code} that is no problem+json")
