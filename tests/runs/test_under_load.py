"""The laws of `make bench-load`, with small numbers and without a clock."""

import pytest

from bench.load import events, queue, uploads, viewers
from bench.load.a_run import queue_runs
from bench.load.places import Place


@pytest.fixture
def settings(settings):
    """Jobs are claimed here by workers that don't beat."""
    return settings.model_copy(update={"lost_seconds": 3_600.0})


@pytest.fixture
def place(studio, server):
    return Place(studio, server.url)


@pytest.mark.slow
def test_thirty_viewers_hear_every_event_in_order(place):
    assert viewers.watch_a_burst(place, viewers=30, events=2_000).whole == 30


@pytest.mark.slow
def test_what_a_process_tells_is_in_the_database_and_the_stream_once_and_in_order(place):
    carried = events.carry(place, events=2_000, watching=2)
    assert carried.is_exact
    assert carried.heard.whole == 2


@pytest.mark.slow
def test_queued_runs_are_listed_once_and_claimed_once(place, studio):
    runs = queue_runs(studio, 40)
    assert queue.is_complete(queue.list_all(place, page=7), runs)
    taken = queue.claim_all(studio.settings, workers=3)
    assert taken.is_each_once
    assert taken.count == 40


def test_uploads_that_come_together_arrive_whole(place):
    assert uploads.send_all(place, files=12, size_bytes=100_000).whole == 12
