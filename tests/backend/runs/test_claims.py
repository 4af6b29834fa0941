"""Who works at what: claims, beats and fences, on a real database."""

import threading
from datetime import timedelta

import pytest

from backend.accounts.people import THE_PERSON
from backend.clock import utc_now
from backend.ids import JobId, WorkerId
from backend.problems import Conflict
from backend.runs import claims, jobs, outcomes
from backend.runs.claims import AttemptLost, Beat, Claim
from backend.runs.events import Fact, after
from backend.runs.states import JobKind, JobStatus, Outcome, Wish
from backend.runs.tables import Job
from backend.studio import Studio

QUEUE = ["gpu"]


def queue_job(studio: Studio, priority: int = 0) -> JobId:
    with studio.database.writing() as session:
        job = jobs.enqueue(session, THE_PERSON, studio.broker, JobKind.TRAIN, {"recipe": {}})
        job.priority = priority
        return job.id


def take(studio: Studio, schema: int = 1) -> Claim | None:
    with studio.database.writing() as session:
        return claims.claim(session, QUEUE, WorkerId.new(), schema)


def beat(studio: Studio, claim: Claim, start: int, end: int, *facts: Fact) -> Wish | None:
    with studio.database.writing() as session:
        return claims.beat(session, claim, Beat(spool_from=start, spool_upto=end, facts=facts))


def finish(studio: Studio, claim: Claim, outcome: Outcome) -> JobStatus:
    with studio.database.writing() as session:
        return outcomes.end(session, claim, outcome, retry_seconds=0)


def lose(studio: Studio, claim: Claim, beats: int = 0) -> bool:
    with studio.database.writing() as session:
        return outcomes.take_back(session, claim.job_id, claim.attempt, beats, retry_seconds=0)


def told(studio: Studio, job_id: JobId) -> list[str]:
    """The events of a job: numbers must be 1, 2, 3, …; their kinds, or states, in order."""
    with studio.database.reading() as session:
        events = after(session, job_id, 0)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        return [event.data.get("status", event.kind) for event in events]


def log(message: str) -> Fact:
    return Fact("log", {"level": "info", "message": message})


def test_the_most_urgent_job_goes_first_then_the_oldest(studio):
    oldest, _, urgent = queue_job(studio), queue_job(studio), queue_job(studio, priority=5)
    assert [take(studio).job_id, take(studio).job_id] == [urgent, oldest]


def test_a_job_of_a_newer_recipe_is_left_in_the_queue(studio):
    queue_job(studio)
    assert take(studio, schema=0) is None


def test_many_workers_at_once_never_take_the_same_job(studio):
    for _ in range(40):
        queue_job(studio)
    taken: list[JobId] = []
    barrier = threading.Barrier(8)

    def worker() -> None:
        barrier.wait()
        while claim := studio.database.retrying(
            lambda s: claims.claim(s, QUEUE, WorkerId.new(), 1), tries=20
        ):
            taken.append(claim.job_id)

    threads = [threading.Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 40


def test_a_beat_brings_events_home_and_hears_the_wish(studio):
    claim = take_one(studio)
    assert beat(studio, claim, 0, 10, log("a"), log("b")) is None
    with studio.database.writing() as session:
        jobs.cancel(session, session.get_one(Job, claim.job_id), studio.broker)
    assert beat(studio, claim, 10, 20, log("c")) is Wish.CANCEL
    assert told(studio, claim.job_id) == ["queued", "running", "log", "log", "log", "log"]


def test_the_same_beat_twice_changes_nothing(studio):
    claim = take_one(studio)
    beat(studio, claim, 0, 10, log("a"))
    beat(studio, claim, 0, 10, log("a"))
    assert told(studio, claim.job_id) == ["queued", "running", "log"]


def test_a_late_event_of_a_lost_attempt_changes_nothing(studio):
    first = take_one(studio)
    assert lose(studio, first)
    second = take(studio)
    with pytest.raises(AttemptLost):
        beat(studio, first, 0, 10, log("late"))
    with pytest.raises(AttemptLost):
        finish(studio, first, Outcome.SUCCEEDED)
    assert second.attempt == 2
    assert told(studio, first.job_id) == ["queued", "running", "queued", "running"]


def test_the_next_attempt_knows_what_of_the_spools_was_brought_home(studio):
    first = take_one(studio)
    beat(studio, first, 0, 10, log("one"))
    assert lose(studio, first, beats=1)
    second = take(studio)
    assert second.spool_upto == 10
    beat(studio, second, 10, 25, log("left by the first"))
    assert told(studio, first.job_id)[-1] == "log"


def test_two_watchers_take_a_lost_job_back_once(studio):
    claim = take_one(studio)
    assert [lose(studio, claim), lose(studio, claim)] == [True, False]


def test_a_beat_in_time_keeps_the_job(studio):
    claim = take_one(studio)
    beat(studio, claim, 0, 0)
    assert not lose(studio, claim, beats=0)


def test_a_job_that_crashes_again_and_again_fails_with_its_reason(studio):
    job_id = queue_job(studio)
    ends = [finish(studio, take(studio), Outcome.CRASHED) for _ in range(4)]
    assert ends == [JobStatus.QUEUED] * 3 + [JobStatus.FAILED]
    assert take(studio) is None
    assert told(studio, job_id)[-1] == "failed"


def test_a_new_checkpoint_refills_the_tries(studio):
    claim = take_one(studio)
    finish(studio, claim, Outcome.CRASHED)
    again = take(studio)
    with studio.database.writing() as session:
        brought = Beat(spool_from=0, spool_upto=5, has_checkpoint=True)
        claims.beat(session, again, brought)
        assert session.get_one(Job, claim.job_id).failures == 0


def test_a_job_that_waits_is_cancelled_at_once_and_only_once(studio):
    job_id = queue_job(studio)
    for _ in range(2):
        with studio.database.writing() as session:
            jobs.cancel(session, session.get_one(Job, job_id), studio.broker)
    assert told(studio, job_id) == ["queued", "cancelled"]
    assert take(studio) is None


def test_a_cancelled_job_stays_cancelled_whatever_becomes_of_its_worker(studio):
    claim = take_one(studio)
    with studio.database.writing() as session:
        jobs.cancel(session, session.get_one(Job, claim.job_id), studio.broker)
    assert lose(studio, claim)
    assert told(studio, claim.job_id)[-1] == "cancelled"


def take_one(studio: Studio) -> Claim:
    queue_job(studio)
    claim = take(studio)
    assert claim is not None
    return claim


def test_a_paused_job_keeps_its_reason_and_goes_on_when_it_is_resumed(studio):
    claim = take_one(studio)
    reason = {"code": "disk_full", "title": "The disk is full", "detail": "Make room."}
    with studio.database.writing() as session:
        outcomes.end(session, claim, Outcome.PAUSED, problem=reason)
    assert take(studio) is None
    with studio.database.writing() as session:
        job = session.get_one(Job, claim.job_id)
        assert job.problem == reason
        jobs.resume(session, job, studio.broker)
    assert take(studio).attempt == 2


def test_only_a_paused_job_can_be_resumed(studio):
    claim = take_one(studio)
    with studio.database.writing() as session:
        job = session.get_one(Job, claim.job_id)
        with pytest.raises(Conflict, match="running"):
            jobs.resume(session, job, studio.broker)


def test_who_asks_again_because_the_answer_was_lost_gets_the_same_job(studio):
    queue_job(studio)
    queue_job(studio)
    worker = WorkerId.new()
    first, again = (
        studio.database.retrying(lambda s: claims.claim(s, QUEUE, worker, 1)) for _ in range(2)
    )
    assert again == first
    assert told(studio, first.job_id) == ["queued", "running"]


def test_a_beat_that_is_sent_again_is_kept_once_though_it_brings_nothing_of_the_spool(studio):
    claim = take_one(studio)
    brought = Beat(spool_from=0, spool_upto=0, number=0, facts=[log("the machine")])
    for _ in range(2):
        studio.database.retrying(lambda s: claims.beat(s, claim, brought))
    assert told(studio, claim.job_id) == ["queued", "running", "log"]


def test_a_stop_is_not_undone_by_a_success_that_comes_late(studio):
    claim = take_one(studio)
    with studio.database.writing() as session:
        jobs.cancel(session, session.get_one(Job, claim.job_id), studio.broker)
    assert finish(studio, claim, Outcome.SUCCEEDED) is JobStatus.CANCELLED


def test_a_paused_job_of_a_lost_worker_is_not_said_to_have_failed(studio):
    claim = take_one(studio)
    with studio.database.writing() as session:
        jobs.pause(session, session.get_one(Job, claim.job_id), studio.broker)
    assert lose(studio, claim)
    with studio.database.reading() as session:
        job = session.get_one(Job, claim.job_id)
        assert (job.status, job.problem) == (JobStatus.PAUSED, None)


def test_a_job_that_waits_for_nothing_is_due_on_a_worker_whose_clock_is_behind(studio, monkeypatch):
    queue_job(studio)
    an_hour_ago = utc_now() - timedelta(hours=1)
    monkeypatch.setattr("backend.db.utc_now", lambda: an_hour_ago)
    assert take(studio) is not None
