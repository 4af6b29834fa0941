"""Several hosts meet at one attempt through rows, and none of them outlives it."""

import pytest

from backend.accounts.people import THE_PERSON
from backend.ids import WorkerId
from backend.runs import claims, hosts, jobs, outcomes
from backend.runs.claims import AttemptLost
from backend.runs.states import JobKind, JobStatus, Outcome, decide_next


@pytest.fixture
def write(studio):
    return studio.database.retrying


@pytest.fixture
def claim(studio, write):
    """A job for three hosts, led by one that has opened a place to meet."""
    kind = JobKind.TRAIN
    write(lambda s: jobs.enqueue(s, THE_PERSON, studio.broker, kind, {}, hosts=3))
    claim = write(lambda s: claims.claim(s, ["gpu"], WorkerId.new(), 1))
    write(lambda s: hosts.open_meeting(s, claim, "10.0.0.1", 4000))
    return claim


def join(write, ranks=1, queues=("gpu",)):
    return write(lambda s: hosts.join(s, queues, WorkerId.new(), ranks))


def test_hosts_meet_once_all_have_come_and_each_knows_its_first_rank(write, claim):
    second = join(write, ranks=2)
    assert write(lambda s: hosts.gather(s, claim, 4)) is None
    assert write(lambda s: hosts.meeting_of(s, second)) is None
    third = join(write)
    assert write(lambda s: hosts.gather(s, claim, 4)) == 7
    firsts = [write(lambda s, p=p: hosts.meeting_of(s, p)).first_rank for p in (second, third)]
    assert firsts == [4, 6]
    meeting = write(lambda s: hosts.meeting_of(s, third))
    assert (meeting.address, meeting.port, meeting.ranks) == ("10.0.0.1", 4000, 7)


def test_no_more_hosts_join_than_are_wanted_nor_of_another_queue(write, claim):
    assert join(write, queues=("cpu",)) is None
    assert [join(write).place, join(write).place] == [1, 2]
    assert join(write) is None


def test_the_leader_does_not_help_itself(write, claim):
    assert write(lambda s: hosts.join(s, ["gpu"], claim.worker_id, 1)) is None


def test_the_leader_sees_what_its_helpers_say(write, claim):
    part = join(write)
    write(lambda s: hosts.beat(s, part, wants_stop=True))
    write(lambda s: hosts.beat(s, part, wants_stop=False, exit_code=-9))
    [helper] = write(lambda s: hosts.helpers(s, claim))
    assert (helper.beat, helper.wants_stop, helper.exit_code) == (2, False, -9)


def test_a_helper_learns_with_its_next_beat_that_the_attempt_is_over(write, claim):
    part = join(write)
    write(lambda s: hosts.beat(s, part, wants_stop=False))
    write(lambda s: outcomes.end(s, claim, Outcome.CRASHED))
    with pytest.raises(AttemptLost):
        write(lambda s: hosts.beat(s, part, wants_stop=False))
    write(lambda s: claims.claim(s, ["gpu"], WorkerId.new(), 1))
    with pytest.raises(AttemptLost):
        write(lambda s: hosts.beat(s, part, wants_stop=False))


def test_a_run_that_finds_too_few_hosts_lets_others_have_their_turn():
    follows = decide_next(Outcome.SHORT_OF_HOSTS, failures=2, wish=None, retry_seconds=10)
    assert (follows.status, follows.failures, follows.wait_seconds) == (JobStatus.QUEUED, 2, 30)


def test_what_the_machine_has_no_memory_for_is_tried_once_more_with_half_of_it():
    first = decide_next(Outcome.HOST_MEMORY, failures=0, wish=None, retry_seconds=10)
    again = decide_next(Outcome.HOST_MEMORY, failures=1, wish=None, retry_seconds=10)
    assert (first.status, first.halves_batch) == (JobStatus.QUEUED, True)
    assert again.status is JobStatus.FAILED
