"""A project holds no more than the operator grants it; whoever asks for more is told what to do."""

import pytest

from tests.runs import trainings


@pytest.fixture
def granted():
    return {}


@pytest.fixture
def settings(settings, granted):
    return settings.model_copy(update=granted)


@pytest.mark.parametrize("granted", [{"most_open_jobs": 2}])
def test_one_job_too_many_is_refused_and_one_that_ended_makes_room(api):
    version = trainings.upload(api, trainings.pairs_csv(60))  # its profile is a job
    recipe = trainings.recipe_for(api, version["id"])
    run = trainings.start(api, recipe)
    refused = api.post("runs", json={"recipe": recipe})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_jobs")
    assert "LIKEWISE_MOST_OPEN_JOBS" in refused.json()["detail"]
    api.post(f"runs/{run['id']}/cancel")
    trainings.start(api, recipe)


@pytest.mark.parametrize("granted", [{"most_stored_bytes": 10_000}])
def test_data_beyond_what_is_granted_is_refused(api):
    trainings.upload(api, trainings.pairs_csv(60))
    refused = api.post("uploads", json={"file_name": "a.csv", "size_bytes": 10_000})
    assert (refused.status_code, refused.json()["code"]) == (409, "storage_full")
    assert api.post("uploads", json={"file_name": "a.csv", "size_bytes": 10}).status_code == 201
