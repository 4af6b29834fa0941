"""Where no viewer answers, a worker reads the first rows of a Hub dataset."""

import pytest

from tests.dataset_hub import Repo, dataset_hub
from tests.hub_datasets import PAIRS, nli_repo, pairs, pairs_repo
from tests.hub_worker import hub_worker
from tests.processes import wait_until

TWO = b"""---
configs:
- config_name: one
  data_files: one.csv
- config_name: two
  data_files: two.csv
---
"""


@pytest.fixture
def hub(monkeypatch):
    repos = {
        PAIRS: pairs_repo(viewer={}),
        "team/nli": nli_repo(),
        "team/two": Repo(files={"README.md": TWO, "one.csv": pairs(3), "two.csv": pairs(5)}),
        "team/gated": pairs_repo(is_gated=True, viewer={}),
    }
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    with dataset_hub(repos) as held:
        monkeypatch.setenv("HF_ENDPOINT", held.address)
        yield held


@pytest.fixture
def cpu_worker(studio, empty_broker, environment, tmp_path, hub):
    with hub_worker(studio, environment, tmp_path / "hub-home", hub.address) as running:
        yield running


def answered(api, path):
    """The answer that isn't 'a worker reads it' any more."""
    wait_until(lambda: api.get(path).status_code != 202, 60, path)
    return api.get(path)


def test_a_worker_reads_the_rows_once_and_they_are_kept(api, cpu_worker, hub):
    told = answered(api, "hub/datasets/team/nli/preview").json()
    assert len(told["rows"]) == 100
    first = {"premise": "premise 1", "label": 0, "en": "word 1", "de": "Wort 1"}
    assert told["rows"][1].items() >= first.items()
    assert told["left_out"] == ["picture"]
    (label,) = (column for column in told["columns"] if column["name"] == "label")
    assert label["classes"] == ["entailment", "neutral", "contradiction"]
    before = len([path for path in hub.paths() if "train.parquet" in path])
    assert api.get("hub/datasets/team/nli/preview").json() == told
    assert len([path for path in hub.paths() if "train.parquet" in path]) == before


@pytest.mark.slow
def test_it_tells_subsets_and_splits_that_nobody_else_does(api, cpu_worker):
    told = answered(api, "hub/datasets/team/two/splits").json()
    assert [subset["name"] for subset in told["subsets"]] == ["one", "two"]
    assert [split["name"] for split in told["subsets"][0]["splits"]] == ["train"]
    rows = answered(api, "hub/datasets/team/two/preview?subset=two").json()["rows"]
    assert len(rows) == 5


def test_what_it_may_not_read_is_answered_as_the_server_would(api, cpu_worker):
    answer = answered(api, "hub/datasets/team/gated/preview")
    assert answer.status_code == 403
    assert answer.json()["code"] == "hub_dataset_gated"
