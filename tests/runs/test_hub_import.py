"""A dataset of the Hub becomes a version: REST, queue, worker, and a Hub on this machine."""

import pytest

from tests.hub_double import hub_with
from tests.processes import RunningWorker, ended_in_time, wait_until
from tests.runs.trainings import pairs_csv

REPO = "team/pairs"


@pytest.fixture
def cpu_worker(studio, empty_broker, environment, tmp_path):
    with hub_with(REPO, {"data.csv": pairs_csv(30), "README.md": b"# Pairs\n"}) as hub:
        ours = {
            "HF_ENDPOINT": hub,
            "HF_HUB_OFFLINE": "0",
            "HF_HUB_DISABLE_XET": "1",
            "HF_HOME": str(tmp_path / "hub-home"),
        }
        with RunningWorker("cpu", environment | ours, studio.settings.data / "cpu.log") as running:
            yield running
            assert ended_in_time(running)


def ended(api, job):
    def now():
        return api.get(f"jobs/{job['id']}").json()

    wait_until(lambda: now()["status"] in ("succeeded", "failed"), 60, "the import")
    return now()


def test_a_hub_dataset_becomes_a_version_that_says_where_it_came_from(api, cpu_worker):
    answer = api.post("datasets/hub", json={"repo": REPO, "split": "train[:20]"})
    assert answer.status_code == 202
    job = ended(api, answer.json())
    version = api.get(f"dataset-versions/{job['result']['version_id']}").json()
    assert version["rows"] == 20
    assert version["operation"]["repo"] == REPO


def test_a_hub_dataset_that_is_not_there_is_refused_with_what_to_do(api, cpu_worker):
    job = ended(api, api.post("datasets/hub", json={"repo": "team/nothing"}).json())
    assert job["status"] == "failed"
    assert job["problem"]["code"] == "no_hub_dataset"
    assert "Check the name" in job["problem"]["detail"]


@pytest.mark.parametrize("repo", ["../etc", "a/b/c", "https://elsewhere/x", ""])
def test_what_is_no_name_of_a_dataset_is_refused_at_once(api, repo):
    answer = api.post("datasets/hub", json={"repo": repo})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/repo"
