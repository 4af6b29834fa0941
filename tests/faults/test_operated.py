"""A worker heeds what an operator wants of it, wherever the operator is."""

import subprocess
import sys

import pytest

from tests.conftest import a_broker
from tests.processes import RunningWorker, wait_until
from tests.runs import trainings

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]  # a training that is begun twice

LONG = {"max_steps": 600, "eval_steps": 100, "logging_steps": 1}


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


def test_a_worker_that_hears_of_no_work_begins_anew(api, studio, environment):
    """Its broker is one at which nobody rings."""
    log = studio.settings.data / "worker.log"
    with a_broker() as elsewhere:
        deaf = {"LIKEWISE_BROKER_URL": elsewhere, "LIKEWISE_DEAF_SECONDS": "2"}
        with RunningWorker("gpu", environment | deaf, log) as worker:
            version = trainings.upload(api, trainings.pairs_csv(60))
            trainings.start(api, trainings.recipe_for(api, version["id"], max_steps=2))
            wait_until(lambda: log.read_bytes().count(b" ready.") >= 2, 60, "a second start")
            assert worker.process.poll() is None


def asked_for_health(environment):
    program = "from likewise.cli import main; main()"
    command = [sys.executable, "-c", program, "healthcheck", "--queue", "gpu"]
    return subprocess.run(command, env=environment, capture_output=True, text=True).returncode


def test_the_health_check_sees_whether_the_worker_of_its_host_beats(studio, environment):
    assert asked_for_health(environment) == 1
    with RunningWorker("gpu", environment, studio.settings.data / "worker.log"):
        wait_until(lambda: asked_for_health(environment) == 0, 60, "its beat")
    wait_until(lambda: asked_for_health(environment) == 1, 60, "its silence to be seen")
