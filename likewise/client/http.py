"""Requests to a studio: JSON in, typed answers out, every failure by its name."""

import itertools
import time
import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError

from likewise.client.errors import ApiError, Incompatible, Unreachable

Out = TypeVar("Out")

LOOPBACK = ("127.0.0.1", "localhost", "::1")
CONNECT_SECONDS = 5.0
UNREADY_SECONDS = 60.0
COME_BACK = (
    HTTPStatus.CONFLICT,  # the same request is still being answered
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
BROKEN_TRIES = 4
BROKEN_SECONDS = 0.5
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

        A studio that asks to come back in a moment (Retry-After) is asked again, for a minute; and
        so is one that broke the line: what a POST asks for carries an idempotency key, so that it
        is done once. Raises Unreachable, ApiError, Incompatible.
        """
        response = self.send(
            method, path, params=params, body=body, content=content, read_seconds=read_seconds
        )
        if not response.is_success:
            raise refusal(self.url, response)
        return self.read(response, answer)

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: object = None,
        content: bytes | None = None,
        read_seconds: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """The answer as it came, a refusal too; asked for again as `ask` does."""
        timeout = self._timeout
        if read_seconds is not None:
            timeout = httpx2.Timeout(read_seconds, connect=CONNECT_SECONDS)
        once = {"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {}
        request = self._client.build_request(
            method,
            path,
            params={k: v for k, v in (params or {}).items() if v is not None},
            json=body.model_dump(mode="json") if isinstance(body, BaseModel) else body,
            content=content,
            timeout=timeout,
            headers={**once, **(headers or {})},
        )
        return self._send(request)

    def _send(self, request: httpx2.Request) -> httpx2.Response:
        deadline = time.monotonic() + UNREADY_SECONDS
        for tried in itertools.count(1):
            try:
                response = self._client.send(request)
            except httpx2.ConnectError as error:  # nobody is there: that is an answer, too
                raise Unreachable(self.url, str(error) or type(error).__name__) from error
            except httpx2.TransportError as error:
                if tried == BROKEN_TRIES:
                    raise Unreachable(self.url, str(error) or type(error).__name__) from error
                time.sleep(BROKEN_SECONDS * tried)
                continue
            after = response.headers.get("Retry-After", "")
            is_for_later = response.status_code in COME_BACK and after.isdigit()
            if not is_for_later or time.monotonic() + int(after) > deadline:
                return response
            time.sleep(int(after))
        raise AssertionError("unreachable: the last try returned or raised")

    def read(self, response: httpx2.Response, answer: type[Out]) -> Out:
        """A good answer as `answer`; raises Incompatible where it is none."""
        try:
            return TypeAdapter(answer).validate_json(response.content)
        except ValidationError as error:
            raise Incompatible(self.url, error.errors()[0]["msg"]) from error

    def tell(self, method: str, path: str) -> None:
        """A request whose answer holds nothing, such as a DELETE."""
        response = self.send(method, path)
        if not response.is_success:
            raise refusal(self.url, response)

    def download(self, path: str, place: Path) -> None:
        """What `path` holds into the file `place`, piece by piece; half of it has another name."""
        part = place.with_name(f"{place.name}.part")
        try:
            with self._client.stream("GET", path) as response, part.open("wb") as file:
                if not response.is_success:
                    response.read()
                    raise refusal(self.url, response)
                for piece in response.iter_bytes():
                    file.write(piece)
            part.replace(place)
        except httpx2.TransportError as error:
            raise Unreachable(self.url, str(error) or type(error).__name__) from error
        finally:
            part.unlink(missing_ok=True)

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
    if b'"error"' in response.content and response.is_error:  # the shape of /v1
        told = response.json()["error"]
        body = {"title": told["message"], "detail": told["message"], "code": told["code"]}
        return ApiError.of(response.status_code, body)
    return Incompatible(url, f"HTTP {response.status_code} that is no problem+json")
