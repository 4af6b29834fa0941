"""One question to the Hub or its viewer, answered within seconds or refused in words."""

import json
import time
from collections.abc import Mapping
from typing import Any

import httpx2
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils._http import hf_raise_for_status

from backend.hub import errors
from backend.hub.access import Access
from backend.problems import Refusal

PATIENCE_SECONDS = 4.5
_MOST_BYTES = 16_000_000
_BUSY_SECONDS = 60

Params = Mapping[str, str | int | list[str]]


class Unanswered(Exception):
    """The viewer doesn't know this dataset, or not yet: ask in another way."""


def ask_hub(access: Access, path: str, params: Params, repo: str = "", revision: str = "") -> Any:
    """The JSON at `path` of the Hub. `repo` is whom it is about.

    Raises Offline, Away, NoDataset, Gated, NoSuchPart.
    """
    if access.is_offline:
        raise errors.Offline
    try:
        response = _get(access, f"{access.hub}{path}", params)
        hf_raise_for_status(response)
        return response.json()
    except (httpx2.HTTPError, httpx2.InvalidURL, json.JSONDecodeError) as error:
        raise refusal_of(error, access, repo, revision) from error


def ask_as(access: Access) -> Any:
    """The JSON of what the Hub knows of the token of `access`.

    Raises Offline, Away, TokenRefused.
    """
    if access.is_offline:
        raise errors.Offline
    try:
        response = _get(access, f"{access.hub}/api/whoami-v2", {})
        if response.status_code in (401, 403):
            raise errors.TokenRefused(access)
        hf_raise_for_status(response)
        return response.json()
    except (httpx2.HTTPError, httpx2.InvalidURL, json.JSONDecodeError) as error:
        raise refusal_of(error, access, "") from error


def ask_viewer(access: Access, path: str, params: Params) -> Any:
    """The JSON at `path` of the dataset viewer.

    Raises Unanswered where there is none or it doesn't say: nothing hangs on it.
    """
    if access.viewer is None or access.is_offline:
        raise Unanswered
    try:
        response = _get(access, f"{access.viewer}{path}", params)
        response.raise_for_status()
        return response.json()
    except (httpx2.HTTPError, httpx2.InvalidURL, json.JSONDecodeError) as error:
        raise Unanswered from error


def refusal_of(error: Exception, access: Access, repo: str, revision: str = "") -> Refusal:
    """What an error of the Hub, or on the way to it, means for a person."""
    match error:
        case GatedRepoError():
            return errors.Gated(access, repo)
        case RepositoryNotFoundError():
            return errors.NoDataset(access, repo)
        case RevisionNotFoundError():
            return errors.NoSuchPart("revision", revision, ())
        case HfHubHTTPError() if error.response.status_code in (401, 403):
            return errors.NoDataset(access, repo)
        case HfHubHTTPError() if error.response.status_code == 429:
            wait = error.response.headers.get("Retry-After", "")
            return errors.busy(int(wait) if wait.isdecimal() else _BUSY_SECONDS)
        case HfHubHTTPError():
            return errors.failing(access, error.response.status_code)
        case httpx2.TimeoutException() | TimeoutError():
            return errors.slow(access)
        case _:
            return errors.unreachable(access)


def _get(access: Access, url: str, params: Params) -> httpx2.Response:
    """Raises TimeoutException if the whole answer isn't there in time, however it drips."""
    headers = {"Authorization": f"Bearer {access.token}"} if access.token else {}
    until = time.monotonic() + PATIENCE_SECONDS
    with (
        httpx2.Client(timeout=PATIENCE_SECONDS, follow_redirects=True) as client,
        client.stream("GET", url, params=params, headers=headers) as response,
    ):
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if time.monotonic() > until or len(body) > _MOST_BYTES:
                raise httpx2.ReadTimeout("it did not end in time", request=response.request)
        head = {k: v for k, v in response.headers.items() if k != "content-encoding"}
        return httpx2.Response(
            response.status_code, headers=head, content=bytes(body), request=response.request
        )
