"""What may pass is tried again, as long as it may; what doesn't is said at once."""

import httpx2
import pytest
from huggingface_hub.errors import HfHubHTTPError

from worker.jobs.insisting import TRIES, insist
from worker.jobs.report import Report


@pytest.fixture
def waits():
    return []


def answered(status, **headers):
    request = httpx2.Request("GET", "http://hub")
    response = httpx2.Response(status, headers=headers, request=request)
    return HfHubHTTPError(str(status), response=response)


def wrapped(error):
    outer = RuntimeError("Error while uploading")
    outer.__cause__ = error
    return outer


def fails(*errors):
    left = list(errors)

    def do():
        if left:
            raise left.pop(0)
        return "done"

    return do


def test_a_break_and_a_failure_are_tried_again_later_and_later(waits, tmp_path):
    errors = (httpx2.ReadError("cut"), answered(503), wrapped(answered(500)), ConnectionError())
    assert insist(fails(*errors), Report(tmp_path / "spool"), waits.append) == "done"
    assert waits == [1, 2, 4, 8]


def test_the_hub_says_how_long_it_wants_to_be_left_alone(waits, tmp_path):
    errors = (
        answered(429, **{"Retry-After": "137"}),
        answered(429, RateLimit='"api";r=0;t=55'),
        answered(429, **{"Retry-After": "999999"}),
    )
    assert insist(fails(*errors), Report(tmp_path / "spool"), waits.append) == "done"
    assert waits == [137, 56, 3600]


@pytest.mark.parametrize("error", [answered(403), wrapped(answered(412)), ValueError("odd")])
def test_what_does_not_pass_is_said_at_once(waits, tmp_path, error):
    with pytest.raises(type(error)):
        insist(fails(error), Report(tmp_path / "spool"), waits.append)
    assert waits == []


def test_it_is_not_tried_for_ever(waits, tmp_path):
    with pytest.raises(httpx2.ReadError):
        insist(fails(*[httpx2.ReadError("cut")] * 99), Report(tmp_path / "spool"), waits.append)
    assert len(waits) == TRIES - 1
