"""A training of two hosts, here two workers on loopback: what one loses, both begin again."""

import pytest

from tests.faults.test_ranks import LONG, assert_equal, ranks, weights
from tests.processes import RunningWorker, ended_in_time, wait_until
from tests.runs import trainings

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]  # each rank imports torch


@pytest.fixture
def two_hosts(studio, empty_broker, environment):
    """Two workers of one queue; each brings one rank."""
    here = environment | {"LIKEWISE_OWN_ADDRESS": "127.0.0.1"}
    logs = [studio.settings.data / f"worker-{n}.log" for n in (1, 2)]
    with RunningWorker("gpu", here, logs[0]) as one, RunningWorker("gpu", here, logs[1]) as other:
        yield one, other
        assert ended_in_time(one)
        assert ended_in_time(other)


def begun(api, step):
    version = trainings.upload(api, trainings.pairs_csv())
    recipe = trainings.recipe_for(api, version["id"], **LONG)
    run = api.post("runs", json={"recipe": recipe, "hosts": 2}).json()
    trainings.wait_for_step(api, run["id"], step, 300)
    return run


def test_a_host_that_is_lost_ends_the_attempt_and_the_weights_are_as_if_it_had_not(
    studio, api, two_hosts
):
    undisturbed = weights(studio, api, begun(api, 1))
    run = begun(api, 15)
    helper = next(worker for worker in two_hosts if 1 in ranks(worker))
    helper.kill()
    wait_until(
        lambda: trainings.states(trainings.events(api, run["id"])).count("queued") == 2,
        60,
        "a retry",
    )
    helper.start()
    assert_equal(weights(studio, api, run), undisturbed)
    said = [e["data"].get("message", "") for e in trainings.events(api, run["id"])]
    assert "2 processes train together: a step learns from 16 rows" in said
