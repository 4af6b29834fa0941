"""A training of two hosts: what one loses, both begin again."""

from contextlib import contextmanager

import pytest

from tests.faults import namespaces
from tests.faults.test_ranks import LONG, assert_equal, ranks, weights
from tests.processes import RunningWorker, ended_in_time, wait_until
from tests.runs import trainings

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]  # each rank imports torch

ON_LOOPBACK = [namespaces.Host("", "127.0.0.1")] * 2


@contextmanager
def workers(studio, environment, hosts):
    """Two workers of one queue, each on its host; each brings one rank."""
    one, other = (
        RunningWorker(
            "gpu",
            environment | {"LIKEWISE_OWN_ADDRESS": host.address},
            studio.settings.data / f"worker-{n}.log",
            within=host.within if host.name else (),
        )
        for n, host in enumerate(hosts)
    )
    with one, other:
        yield one, other
        assert ended_in_time(one)
        assert ended_in_time(other)


@pytest.fixture(params=["loopback", "namespaces"])
def two_hosts(request, studio, empty_broker, environment):
    """On loopback, and as hosts that share nothing of a network but a bridge."""
    if request.param == "loopback":
        with workers(studio, environment, ON_LOOPBACK) as pair:
            yield pair
        return
    if reason := namespaces.why_not():
        pytest.skip(reason)
    if not request.getfixturevalue("broker_url").startswith("redis+socket"):
        pytest.skip("A broker on loopback can't be reached from another namespace.")
    with namespaces.hosts(2) as hosts, workers(studio, environment, hosts) as pair:
        yield pair


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
