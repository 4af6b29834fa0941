"""Messages to workers: so many and no more, and none that a wrong clock could throw away."""

import json

import pytest

from backend.broker import KEY_PREFIX, MOST_RINGS

pytestmark = pytest.mark.services


@pytest.fixture
def queue(studio, empty_broker):
    """What waits on a queue of a studio, as the broker holds it."""
    for _ in range(MOST_RINGS + 20):
        studio.broker.ring("gpu")
    return [json.loads(raw) for raw in studio.broker._redis.lrange(f"{KEY_PREFIX}gpu", 0, -1)]


def test_a_queue_that_nobody_reads_grows_to_a_bound(queue):
    assert len(queue) == MOST_RINGS


def test_no_message_has_an_hour_at_which_it_is_void(queue):
    assert {message["headers"]["expires"] for message in queue} == {None}
