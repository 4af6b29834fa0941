"""A training begins in the process that its worker has kept ready for it."""

import os
import signal
from pathlib import Path

import psutil
import pytest

from tests.processes import RunningWorker, ended_in_time, wait_until
from tests.runs import trainings


@pytest.fixture
def worker(studio, empty_broker, environment):
    ready = environment | {"LIKEWISE_KEEP_READY": "1"}
    with RunningWorker("gpu", ready, studio.settings.data / "worker.log") as running:
        yield running
        assert ended_in_time(running), "the worker must leave when it is told to"
        wait_until(lambda: not spares(running), what="no spare to be left")


def spares(worker: RunningWorker) -> list[int]:
    return [
        process.pid
        for process in map(psutil.Process, worker.children())
        if "worker.jobs.spare" in process.cmdline()
    ]


def log_of(pid: int) -> Path:
    return Path(os.readlink(f"/proc/{pid}/fd/1"))


@pytest.mark.slow
def test_it_does_the_job_and_another_is_ready_for_the_next(api, worker):
    wait_until(lambda: spares(worker), what="a process that is ready")
    [first] = spares(worker)
    version = trainings.upload(api, trainings.pairs_csv())
    recipe = trainings.recipe_for(api, version["id"], max_steps=200, eval_steps=50)
    run = trainings.start(api, recipe)
    trainings.wait_for_step(api, run["id"], 60)
    assert spares(worker) == [first], "it trains, and the next comes after it"
    assert log_of(first).name == "log.txt"

    os.kill(first, signal.SIGKILL)
    ended = trainings.wait_for_end(api, run["id"], 120)
    assert ended["status"] == "succeeded"
    story = trainings.events(api, run["id"])
    reasons = [e["data"].get("reason", "") for e in story if e["kind"] == "state"]
    assert "its process was ended by SIGKILL" in reasons
    said = [e["data"].get("message", "") for e in story]
    assert "resuming from checkpoint of step 50" in said
    wait_until(lambda: spares(worker), what="the next that is ready")
    assert first not in spares(worker)
