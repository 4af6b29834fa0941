"""What one can do with a run beside starting and stopping it: over REST, on a real database."""

import pytest

from backend.ids import JobId, WorkerId
from backend.runs import claims, outcomes
from backend.runs.claims import Beat, Claim
from backend.runs.limits import Limits
from backend.runs.states import JobKind, JobStatus, Outcome, Wish
from backend.runs.tables import Job
from tests.runs import trainings


@pytest.fixture
def run(api):
    version = trainings.upload(api, trainings.pairs_csv())
    return trainings.start(api, trainings.recipe_for(api, version["id"], max_steps=10))


def take(studio, limits=None, queues=("gpu",)) -> Claim | None:
    with studio.database.writing() as session:
        return claims.claim(session, queues, WorkerId.new(), 1, limits or Limits())


def finish(studio, claim, outcome, **more) -> JobStatus:
    with studio.database.writing() as session:
        return outcomes.end(session, claim, outcome, **more)


def do(api, run, verb, status=202, **body):
    answer = api.post(f"runs/{run['id']}/{verb}", **({"json": body} if body else {}))
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_waiting_run_is_paused_at_once_and_goes_on(api, studio, run):
    assert run["actions"] == ["pause", "cancel"]
    paused = do(api, run, "pause")
    assert (paused["status"], paused["actions"]) == ("paused", ["resume", "cancel"])
    assert do(api, run, "pause")["status"] == "paused", "twice is once"
    assert take(studio) is None
    assert do(api, run, "resume")["status"] == "queued"
    assert take(studio) is not None
    assert trainings.states(trainings.events(api, run["id"])) == [
        "queued",
        "paused",
        "queued",
        "running",
    ]


def test_a_working_run_hears_the_wish_and_a_stop_wins_over_a_pause(api, studio, run):
    claim = take(studio)
    assert do(api, run, "pause")["wish"] == "pause"
    with studio.database.writing() as session:
        assert claims.beat(session, claim, Beat(spool_from=0, spool_upto=0)) is Wish.PAUSE
    assert do(api, run, "cancel")["wish"] == "cancel"
    assert do(api, run, "pause", 409)["code"] == "nothing_to_pause"
    assert finish(studio, claim, Outcome.DRAINED) is JobStatus.CANCELLED


def test_a_failed_run_is_tried_again_as_another_attempt(api, studio, run):
    assert do(api, run, "retry", 409)["code"] == "not_failed"
    problem = {"code": "diverged", "title": "It diverged", "detail": "Lower the rate."}
    finish(studio, take(studio), Outcome.REFUSED, problem=problem)
    failed = trainings.run_of(api, run["id"])
    assert (failed["status"], failed["actions"]) == ("failed", ["retry"])
    again = do(api, run, "retry")
    assert (again["status"], again["problem"], again["ended_at"]) == ("queued", None, None)
    claim = take(studio)
    assert claim.attempt == 2
    finish(studio, claim, Outcome.SUCCEEDED)
    assert do(api, run, "retry", 409)["code"] == "not_failed"
    assert do(api, run, "pause", 409)["code"] == "nothing_to_pause"


def test_a_clone_is_a_new_run_with_the_changes_and_a_bad_change_is_refused(api, run):
    change = {"op": "replace", "path": "/arguments/learning_rate", "value": 0.01}
    clone = do(api, run, "clone", changes=[change], name="hotter")
    assert clone["id"] != run["id"]
    assert clone["name"] == "hotter"
    expected = run["recipe"] | {"arguments": run["recipe"]["arguments"] | {"learning_rate": 0.01}}
    assert clone["recipe"] == expected
    lost = do(api, run, "clone", 422, changes=[{"op": "remove", "path": "/nothing"}])
    assert lost["code"] == "cannot_patch"
    odd = do(api, run, "clone", 422, changes=[{"op": "whatever"}])
    assert odd["code"] == "cannot_patch"
    wrong = do(api, run, "clone", 422, changes=[change | {"value": -1}])
    assert wrong["errors"][0]["pointer"].endswith("learning_rate")


def test_the_one_with_the_higher_priority_goes_first(api, studio, run):
    urgent = do(api, run, "clone", name="urgent")
    answer = api.patch(f"jobs/{urgent['job_id']}", json={"priority": 7})
    assert answer.status_code == 200
    assert answer.json()["priority"] == 7
    assert take(studio).job_id == JobId(urgent["job_id"])
    assert api.patch(f"jobs/{run['job_id']}", json={"priority": 1_000}).status_code == 422


def test_no_more_of_a_queue_or_a_kind_run_than_may(api, studio, run):
    do(api, run, "clone", name="second")
    one_of_queue = Limits(of_queue={"gpu": 1})
    one_of_kind = Limits(of_kind={JobKind.TRAIN: 1})
    first = take(studio, one_of_queue)
    assert first is not None
    assert take(studio, one_of_queue) is None
    assert take(studio, one_of_kind) is None
    finish(studio, first, Outcome.SUCCEEDED)
    assert take(studio, one_of_kind) is not None


def test_what_all_attempts_took_adds_up(api, studio, run):
    claim = take(studio)
    for seconds in (1.5, 2.0):
        with studio.database.writing() as session:
            claims.beat(session, claim, Beat(spool_from=0, spool_upto=0, seconds=seconds))
    finish(studio, claim, Outcome.DRAINED)
    assert trainings.run_of(api, run["id"])["ran_seconds"] == 3.5
    assert take(studio).ran_seconds == 3.5


def test_too_little_memory_is_no_failure_but_halves_the_batch(studio, run):
    for halvings in range(5):
        claim = take(studio)
        assert claim.halvings == halvings
        assert finish(studio, claim, Outcome.OUT_OF_MEMORY) is JobStatus.QUEUED
    with studio.database.reading() as session:
        assert session.get_one(Job, claim.job_id).failures == 0
