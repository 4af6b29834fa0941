"""A worker heeds what an operator wants of it, wherever the operator is."""

import pytest

from tests.processes import wait_until
from tests.runs import trainings

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]  # a training that is begun twice

LONG = {"max_steps": 200, "eval_steps": 40, "logging_steps": 1}


def the_worker(api):
    [worker] = api.get("workers").json()["items"]
    return worker


def test_a_worker_drained_over_rest_gives_its_job_back_and_goes_on_when_it_may(api, worker):
    version = trainings.upload(api, trainings.pairs_csv())
    run = trainings.start(api, trainings.recipe_for(api, version["id"], **LONG))
    trainings.wait_for_step(api, run["id"], 50, 200)
    seat = the_worker(api)
    assert seat["is_online"]
    assert seat["job"]["run_id"] == run["id"]
    assert api.patch(f"workers/{seat['id']}", json={"state": "draining"}).status_code == 200
    wait_until(lambda: trainings.run_of(api, run["id"])["status"] == "queued", 60, "a queued run")
    story = trainings.events(api, run["id"])
    assert "told to stop" in story[-1]["data"]["reason"]
    assert the_worker(api)["job"] is None
    api.patch(f"workers/{seat['id']}", json={"state": "active"})
    assert trainings.wait_for_end(api, run["id"], 200)["status"] == "succeeded"
    story = trainings.events(api, run["id"])
    assert trainings.states(story).count("running") == 2
    measured = [event["data"] for event in story if event["kind"] == "system"]
    assert measured[0]["host"]["memory_total_bytes"] > measured[0]["host"]["memory_used_bytes"] > 0
    assert measured[0]["devices"] == []
