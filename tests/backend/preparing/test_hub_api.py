"""Picking a dataset over REST, at a Hub and a viewer on this machine."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.dataset_hub import TOKEN, Repo, dataset_hub
from tests.hub_datasets import PAIRS, nli_repo, pairs_repo
from tests.processes import free_port


@pytest.fixture
def hub(monkeypatch):
    repos = {
        PAIRS: pairs_repo(),
        "team/other": Repo(facts={"downloads": 9_000, "description": "Anything."}),
        "team/secret": pairs_repo(is_private=True),
        "team/gated": pairs_repo(is_gated=True),
        "team/nli": nli_repo(),
        "team/slow": pairs_repo(slow_seconds=30),
    }
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    with dataset_hub(repos) as held:
        monkeypatch.setenv("HF_ENDPOINT", held.address)
        monkeypatch.setenv("LIKEWISE_HUB_VIEWER_URL", f"{held.address}/viewer")
        yield held


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_the_shelf_holds_what_is_made_for_embedding_models(api, hub):
    (found,) = api.get("hub/datasets?recommended=true&q=pairs").json()["items"]
    assert found["id"] == PAIRS
    assert found["licence"] == "apache-2.0"
    assert found["languages"] == ["en", "de"]
    assert found["size_bytes"] == 1_234_567
    assert found["description"] == "Questions with their answers."


def test_search_finds_by_words_in_the_order_that_is_asked_for(api, hub):
    ids = [each["id"] for each in api.get("hub/datasets?sort=downloads").json()["items"]]
    assert ids[0] == "team/other"
    by_words = api.get("hub/datasets?q=nli").json()["items"]
    assert [each["id"] for each in by_words] == ["team/nli"]


def test_a_private_dataset_is_told_of_only_with_a_token_that_may_read_it(api, hub, monkeypatch):
    assert code(api.get("hub/datasets/team/secret/splits")) == (404, "no_hub_dataset")
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert api.get("hub/datasets/team/secret/splits").json()["repo"] == "team/secret"


def test_a_file_may_hold_the_token(api, hub, monkeypatch, tmp_path):
    place = tmp_path / "token"
    monkeypatch.setenv("LIKEWISE_HUB_TOKEN_FILE", str(place))
    assert code(api.get("hub/datasets/team/secret/splits")) == (503, "hub_token_unreadable")
    place.write_text(f"{TOKEN}\n")
    assert api.get("hub/datasets/team/secret/splits").status_code == 200


def test_splits_come_with_their_rows(api, hub):
    told = api.get(f"hub/datasets/{PAIRS}/splits").json()
    (subset,) = told["subsets"]
    assert subset["name"] == "pair"
    assert subset["splits"][0] == {"name": "train", "rows": 60}
    assert told["commit"] == "1" * 40


def test_where_no_viewer_knows_it_its_card_tells_the_splits(api, hub):
    told = api.get("hub/datasets/team/nli/splits").json()
    splits = [{"name": "train", "rows": 200}]
    assert told["subsets"] == [{"name": "default", "splits": splits}]


def test_a_preview_shows_rows_and_what_they_could_teach(api, hub):
    told = api.get(f"hub/datasets/{PAIRS}/preview").json()
    assert (told["subset"], told["split"]) == ("pair", "train")
    assert told["rows"][0] == {"question": "How does 0 work?", "answer": "Like 0."}
    assert told["mapping"]["inputs"] == ["question", "answer"]
    fitting = [each["loss"] for each in told["losses"] if each["fitness"] == "fits"]
    assert "MultipleNegativesRankingLoss" in fitting


def test_the_viewer_is_asked_once_for_the_same_rows(api, hub):
    for _ in range(3):
        api.get(f"hub/datasets/{PAIRS}/preview?split=test")
    asked = [path for path in hub.paths() if path.startswith("/viewer/first-rows")]
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("query", "said"),
    [("subset=nope", "no_hub_subset"), ("split=nope", "no_hub_split")],
)
def test_what_is_not_there_is_answered_with_what_is(api, hub, query, said):
    answer = api.get(f"hub/datasets/{PAIRS}/preview?{query}")
    assert code(answer) == (404, said)
    assert "pair" in answer.json()["detail"] or "train" in answer.json()["detail"]


def test_a_revision_that_is_not_there_is_named(api, hub):
    answer = api.get(f"hub/datasets/{PAIRS}/splits?revision=v9")
    assert code(answer) == (404, "no_hub_revision")
    assert "'v9'" in answer.json()["detail"]


def test_a_slow_hub_is_given_up_within_five_seconds(api, hub):
    began = time.monotonic()
    assert code(api.get("hub/datasets/team/slow/splits")) == (503, "hub_slow")
    assert time.monotonic() - began < 5.5


def test_while_the_hub_is_slow_others_are_answered(api, hub):
    with ThreadPoolExecutor(8) as waiting:
        slow = [waiting.submit(api.get, "hub/datasets/team/slow/splits") for _ in range(8)]
        assert api.get("datasets").status_code == 200
        assert not any(each.done() for each in slow)
        assert {code(each.result()) for each in slow} == {(503, "hub_slow")}


def test_a_hub_out_of_reach_is_said_at_once_with_what_to_do(api, hub, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{free_port()}")
    answer = api.get("hub/datasets")
    assert code(answer) == (503, "hub_unreachable")
    assert "upload the data as a file" in answer.json()["detail"]
    assert int(answer.headers["retry-after"]) > 0


def test_offline_is_said_without_asking_anybody(api, hub, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert code(api.get("hub/datasets")) == (409, "hub_offline")
    assert code(api.get(f"hub/datasets/{PAIRS}/preview")) == (409, "hub_offline")
    assert hub.asked == []


def test_a_hub_that_has_enough_says_when_to_come_back(api, hub):
    hub.is_busy = True
    answer = api.get("hub/datasets")
    assert code(answer) == (503, "hub_busy")
    assert answer.headers["retry-after"] == "7"


@pytest.mark.parametrize("repo", ["..%2F..%2Fetc", "a/b/c", "-x/y"])
def test_what_is_no_name_of_a_dataset_reaches_nobody(api, hub, repo):
    assert api.get(f"hub/datasets/{repo}/splits").status_code in (404, 422)
    assert hub.asked == []


def test_without_a_viewer_a_worker_is_asked_once(api, hub, monkeypatch):
    monkeypatch.delenv("LIKEWISE_HUB_VIEWER_URL")
    first = api.get(f"hub/datasets/{PAIRS}/preview")
    assert first.status_code == 202
    assert first.json()["kind"] == "preview"
    assert api.get(f"hub/datasets/{PAIRS}/preview").json()["id"] == first.json()["id"]
    assert api.get(f"hub/datasets/{PAIRS}/preview?split=test").json()["id"] != first.json()["id"]
