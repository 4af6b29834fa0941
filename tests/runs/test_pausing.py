"""A training set aside by a person, or by its time limit, goes on as if nothing had been."""

import pytest

from tests.processes import wait_until
from tests.runs import trainings

LONG = {"max_steps": 300, "eval_steps": 40, "logging_steps": 1}


@pytest.fixture
def recipe(api):
    version = trainings.upload(api, trainings.pairs_csv())
    return trainings.recipe_for(api, version["id"], **LONG)


def status(api, run) -> str:
    return trainings.run_of(api, run["id"])["status"]


def assert_whole(api, run):
    story = trainings.events(api, run["id"])
    assert list(trainings.losses(story)) == list(range(1, 301))
    assert any("resuming" in event["data"].get("message", "") for event in story)


@pytest.mark.slow
def test_a_training_is_paused_with_a_checkpoint_and_goes_on_where_it_was(api, worker, recipe):
    run = trainings.start(api, recipe)
    trainings.wait_for_step(api, run["id"], 60)
    assert api.post(f"runs/{run['id']}/pause").json()["wish"] == "pause"
    wait_until(lambda: status(api, run) == "paused", 30, "the pause")
    last = trainings.events(api, run["id"])[-1]
    assert last["data"] == {
        "status": "paused",
        "reason": "a person paused it; its checkpoint is kept",
    }
    assert not [pid for pid in worker.children() if "train" in command_of(pid)]
    api.post(f"runs/{run['id']}/resume")
    assert trainings.wait_for_end(api, run["id"])["status"] == "succeeded"
    assert_whole(api, run)


@pytest.mark.slow
def test_a_training_stops_at_its_time_limit_and_may_be_given_more(api, worker, recipe):
    run = api.post("runs", json={"recipe": recipe, "time_limit_seconds": 4}).json()
    assert run["time_limit_seconds"] == 4
    ended = trainings.wait_for_end(api, run["id"])
    assert ended["status"] == "failed"
    assert ended["problem"]["code"] == "time_limit"
    assert ended["ran_seconds"] >= 4
    job = api.patch(f"jobs/{run['job_id']}", json={"time_limit_seconds": 3_600})
    assert job.status_code == 200
    assert api.post(f"runs/{run['id']}/retry").status_code == 202
    assert trainings.wait_for_end(api, run["id"])["status"] == "succeeded"


def command_of(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/cmdline") as file:
            return file.read().replace("\0", " ")
    except OSError:
        return ""
