"""kill -9, in the middle of a run: the run ends in its answer all the same."""

import os
import signal

import pytest

from tests.processes import wait_until
from tests.runs import trainings

LONG = {"max_steps": 300, "eval_steps": 40, "logging_steps": 1}


@pytest.fixture
def run(api, worker):
    """A run that has got beyond its second checkpoint."""
    version = trainings.upload(api, trainings.pairs_csv())
    run = trainings.start(api, trainings.recipe_for(api, version["id"], **LONG))
    trainings.wait_for_step(api, run["id"], 100)
    return run


def training_process(worker) -> int:
    """The job's own process: the last that the worker's children started."""
    return worker.children()[-1]


def assert_ended_well(api, run, attempts):
    ended = trainings.wait_for_end(api, run["id"])
    story = trainings.events(api, run["id"])
    assert ended["status"] == "succeeded", story[-3:]
    assert trainings.states(story).count("running") == attempts
    assert list(trainings.losses(story)) == list(range(1, 301))
    resumed = [e["data"]["message"] for e in story if "resuming" in e["data"].get("message", "")]
    assert len(resumed) == attempts - 1, "later attempts go on from a checkpoint"


def test_a_killed_training_process_is_tried_again_at_once(api, worker, run):
    os.kill(training_process(worker), signal.SIGKILL)
    assert_ended_well(api, run, attempts=2)


def test_a_killed_worker_takes_its_training_with_it_and_another_carries_on(api, worker, run):
    processes = worker.children()
    worker.kill()
    wait_until(lambda: not any(is_alive(pid) for pid in processes), 5, "its processes to be gone")
    worker.start()
    assert_ended_well(api, run, attempts=2)


def test_a_worker_that_is_told_to_stop_gives_its_job_back_with_a_checkpoint(api, worker, run):
    worker.process.terminate()
    assert worker.process.wait(30) == 0
    story = trainings.events(api, run["id"])
    assert trainings.states(story)[-1] == "queued"
    assert "told to stop" in story[-1]["data"]["reason"]
    worker.start()
    assert_ended_well(api, run, attempts=2)


def test_a_run_is_cancelled_within_seconds_and_its_process_is_gone(api, worker, run):
    process = training_process(worker)
    assert api.post(f"runs/{run['id']}/cancel").status_code == 202
    assert api.post(f"runs/{run['id']}/cancel").status_code == 202
    ended = trainings.wait_for_end(api, run["id"], seconds=10)
    assert ended["status"] == "cancelled"
    assert not is_alive(process)
    assert api.post(f"runs/{run['id']}/cancel").status_code == 202
    assert trainings.states(trainings.events(api, run["id"])).count("cancelled") == 1


@pytest.mark.parametrize(
    "phase",
    ["evaluating", *(pytest.param(p, marks=pytest.mark.slow) for p in ("preparing", "training"))],
)
def test_a_run_is_cancelled_in_every_phase(api, worker, phase):
    version = trainings.upload(api, trainings.pairs_csv(3_000))
    recipe = trainings.recipe_for(api, version["id"], max_steps=40)
    recipe["datasets"][0]["held_out"] = {"choose_rows": 20, "prove_rows": 2_000}
    run = trainings.start(api, recipe)
    wait_until(lambda: trainings.run_of(api, run["id"])["phase"] == phase, 60, phase)
    assert api.post(f"runs/{run['id']}/cancel").status_code == 202
    assert trainings.wait_for_end(api, run["id"], seconds=10)["status"] == "cancelled"
    story = trainings.events(api, run["id"])
    assert trainings.states(story) == ["queued", "running", "cancelled"]
    assert api.get("models").json()["items"] == []


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
