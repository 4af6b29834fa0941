"""A broker that is away fails no request: the run waits in the database."""

import pytest

from tests.runs import trainings


@pytest.fixture
def broker_url():
    return "redis://127.0.0.1:1/0"  # where nobody listens


def test_a_run_is_accepted_and_waits(api):
    version = trainings.upload(api, trainings.pairs_csv(60))
    run = trainings.start(api, trainings.recipe_for(api, version["id"]))
    assert trainings.run_of(api, run["id"])["status"] == "queued"


def test_the_studio_is_ready_and_says_that_the_broker_is_not_there(api, server):
    parts = api.get(f"{server.url}/readyz").json()
    assert parts == {"ready": True, "database": True, "broker": False}
