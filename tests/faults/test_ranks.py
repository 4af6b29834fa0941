"""A training of several processes: they stand, fall and stop together, and learn the same."""

import os
import signal
from pathlib import Path

import pytest
from safetensors.torch import load_file

from tests.processes import RunningWorker, ended_in_time, wait_until
from tests.runs import trainings

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]  # each rank imports torch

LONG = {"max_steps": 60, "eval_steps": 10, "logging_steps": 1}


@pytest.fixture
def pair(studio, empty_broker, environment):
    """A worker whose trainings have two ranks."""
    both = environment | {"LIKEWISE_CPU_RANKS": "2"}
    with RunningWorker("gpu", both, studio.settings.data / "worker.log") as running:
        yield running
        assert ended_in_time(running), "the worker must leave when it is told to"


def begun(api, step):
    version = trainings.upload(api, trainings.pairs_csv())
    run = trainings.start(api, trainings.recipe_for(api, version["id"], **LONG))
    trainings.wait_for_step(api, run["id"], step, 200)
    return run


def ranks(worker) -> dict[int, int]:
    """Process ids of the training, by rank."""
    found = {}
    for pid in worker.children():
        told = dict(
            line.split("=", 1)
            for line in Path(f"/proc/{pid}/environ").read_text().split("\0")
            if "=" in line
        )
        if "RANK" in told:
            found[int(told["RANK"])] = pid
    return found


def weights(studio, api, run):
    model_id = trainings.wait_for_end(api, run["id"], 200)["model_id"]
    return load_file(studio.storage.folder(f"models/{model_id}") / "model.safetensors")


@pytest.fixture
def undisturbed(studio, api, pair):
    return weights(studio, api, begun(api, 1))


def assert_equal(found, expected):
    assert found.keys() == expected.keys()
    assert all(found[name].equal(expected[name]) for name in found)


def test_killed_ranks_end_the_group_and_the_run_ends_with_the_same_weights(
    studio, api, pair, undisturbed
):
    run = begun(api, 15)
    for rank, step in ((1, 25), (0, 45)):
        trainings.wait_for_step(api, run["id"], step, 200)
        group = ranks(pair)
        os.kill(group[rank], signal.SIGKILL)
        # Left alone, the other would wait for it for half an hour.
        wait_until(lambda group=group: not any(map(is_alive, group.values())), 30, "all to be gone")
    assert_equal(weights(studio, api, run), undisturbed)
    story = trainings.events(api, run["id"])
    reasons = [e["data"].get("reason", "") for e in story if e["kind"] == "state"]
    assert "its process of rank 1 was ended by SIGKILL" in reasons
    assert "its process of rank 0 was ended by SIGKILL" in reasons
    assert sorted(trainings.losses(story)) == list(range(1, 61))


def test_a_stop_reaches_all_ranks_and_yields_one_checkpoint(studio, api, pair, undisturbed):
    run = begun(api, 15)
    pair.process.terminate()
    assert pair.process.wait(30) == 0
    story = trainings.events(api, run["id"])
    assert trainings.states(story)[-1] == "queued"
    assert "told to stop" in story[-1]["data"]["reason"]
    reached = max(trainings.losses(story))
    pair.start()
    assert_equal(weights(studio, api, run), undisturbed)
    said = [e["data"].get("message", "") for e in trainings.events(api, run["id"])]
    assert said.count(f"checkpoint of step {reached} written") == 1
    assert f"resuming from checkpoint of step {reached}" in said


def test_a_cancelled_training_leaves_no_rank_behind(api, pair):
    run = begun(api, 5)
    group = ranks(pair)
    assert set(group) == {0, 1}
    assert api.post(f"runs/{run['id']}/cancel").status_code == 202
    assert trainings.wait_for_end(api, run["id"], 10)["status"] == "cancelled"
    assert not any(map(is_alive, group.values()))


def test_a_resume_with_another_number_of_ranks_says_that_it_is_not_bit_identical(
    api, pair, environment
):
    run = begun(api, 15)
    pair.process.terminate()
    assert pair.process.wait(30) == 0
    with RunningWorker("gpu", environment, pair.log.with_name("alone.log")) as alone:
        assert trainings.wait_for_end(api, run["id"], 200)["status"] == "succeeded"
        assert ended_in_time(alone)
    said = [e["data"].get("message", "") for e in trainings.events(api, run["id"])]
    assert "resumed run is not bit-identical: world_size was 2 and is 1" in said
    pair.start()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
