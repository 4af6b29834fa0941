"""When a message is tried again."""

from backend.delivering.schedule import JITTER, WAITS_SECONDS, wait_seconds


def test_a_message_is_tried_ten_times_over_three_days_then_given_up():
    waits = [wait_seconds(tries, jitter=0) for tries in range(10)]
    assert waits == list(WAITS_SECONDS)
    assert sum(waits) == 272_105
    assert wait_seconds(10) is None


def test_a_wait_gets_longer_by_a_fifth_at_most_never_shorter():
    assert wait_seconds(2, jitter=1) == WAITS_SECONDS[2] * (1 + JITTER)
    assert all(300 <= wait_seconds(2) <= 360 for _ in range(100))
