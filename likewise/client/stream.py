"""A run's events as they come, across every break of the connection, none lost and none twice."""

import time
from collections.abc import Iterator
from http import HTTPStatus

import httpx2
from pydantic import ValidationError

from backend.runs.schemas import EventOut
from likewise.client.errors import Incompatible, Unreachable
from likewise.client.http import Http, refusal

PATIENCE_SECONDS = 120.0
SHORTEST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 10.0


def follow(
    http: Http, path: str, after: int, patience_seconds: float = PATIENCE_SECONDS
) -> Iterator[EventOut]:
    """Events after number `after`, to the end of the run.

    Raises Unreachable after `patience_seconds` without a sign of life, ApiError at a refusal.
    """
    seq = after
    heard_at = time.monotonic()
    wait_seconds = SHORTEST_WAIT_SECONDS
    while True:
        try:
            with http.stream(path, seq) as source:
                if not source.response.is_success:
                    source.response.read()
                    raise refusal(http.url, source.response)
                if source.response.status_code == HTTPStatus.NO_CONTENT:
                    return  # the end was told before
                for frame in source:
                    heard_at, wait_seconds = time.monotonic(), SHORTEST_WAIT_SECONDS
                    if frame.event == "end":
                        return
                    event = _event(http.url, frame.data) if frame.data else None
                    if event is not None and event.seq > seq:
                        seq = event.seq
                        yield event
        except httpx2.TransportError as error:
            if time.monotonic() - heard_at > patience_seconds:
                raise Unreachable(http.url, error) from error
        time.sleep(wait_seconds)
        wait_seconds = min(wait_seconds * 2, LONGEST_WAIT_SECONDS)


def _event(url: str, data: str) -> EventOut:
    try:
        return EventOut.model_validate_json(data)
    except ValidationError as error:
        raise Incompatible(url, error.errors()[0]["msg"]) from error
