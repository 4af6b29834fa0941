"""Trying again what the Hub didn't answer: a cut line, an overloaded machine, a limit of requests.

Source of the headers: the Hub's documentation, "Rate limits" (RateLimit, the IETF's draft 09); RFC
9110, Retry-After.
"""

import time
from collections.abc import Callable
from typing import TypeVar

import httpx2
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils._http import parse_ratelimit_headers

from backend.problems import Refusal
from worker.jobs.ending import Refused
from worker.jobs.report import Report

T = TypeVar("T")

TRIES = 9
"""In about five minutes; what a limit of requests makes us wait comes on top."""

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0
LONGEST_ASKED_SECONDS = 3_600.0

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


def insist(do: Callable[[], T], report: Report, sleep: Callable[[float], None] = time.sleep) -> T:
    """What `do` gives; it must be good to be begun again after anything that may pass.

    Raises whatever doesn't pass, or didn't in so many tries.
    """
    for tried in range(TRIES):
        try:
            return do()
        except (Refusal, Refused):
            raise
        except Exception as error:
            wait_seconds = _wait_seconds(error, tried)
            if wait_seconds is None or tried + 1 == TRIES:
                raise
            report.log(f"{_said(error)}; trying again in {wait_seconds:.0f} s", level="warning")
            sleep(wait_seconds)
    raise AssertionError("the last try returns or raises")


def _wait_seconds(error: BaseException, tried: int) -> float | None:
    """How long until it is worth another try; None where it never is."""
    wait_seconds = min(FIRST_WAIT_SECONDS * 2.0**tried, LONGEST_WAIT_SECONDS)
    answer = _answer_in(error)
    if answer is not None:
        if answer.status_code not in _PASSING:
            return None
        return min(_asked_seconds(answer) or wait_seconds, LONGEST_ASKED_SECONDS)
    is_of_the_way = isinstance(error, httpx2.TransportError | OSError | RuntimeError)
    return wait_seconds if is_of_the_way else None


def _asked_seconds(answer: httpx2.Response) -> float | None:
    """How long the Hub says that it wants to be left alone, if it does."""
    limit = parse_ratelimit_headers(answer.headers)
    if answer.status_code == 429 and limit is not None and limit.remaining == 0:
        return limit.reset_in_seconds + 1.0
    asked = answer.headers.get("Retry-After", "")
    return float(asked) if asked.isdecimal() else None


def _answer_in(error: BaseException | None) -> httpx2.Response | None:
    """The Hub's answer among the causes: its client wraps what fails while a file is sent."""
    while error is not None:
        if isinstance(error, HfHubHTTPError):
            return error.response
        error = error.__cause__
    return None


def _said(error: BaseException) -> str:
    answer = _answer_in(error)
    if answer is None:
        return "the Hub broke off"
    return (
        "the Hub wants a pause"
        if answer.status_code == 429
        else (f"the Hub failed ({answer.status_code})")
    )
