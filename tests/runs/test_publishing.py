"""What lies on the Hub is what the preview showed, whatever happens on the way."""

import os
import signal

import pytest
import yaml

from tests.hub_worker import hub_worker
from tests.publishing_hub import READ_TOKEN, TOKEN, publishing_hub
from tests.runs.publishing import (
    ASKED,
    a_trained_model,
    arrived,
    connect,
    hashes,
    previewed,
    publish,
    shown_hashes,
)

pytestmark = [
    pytest.mark.services,
    pytest.mark.timeout(300),  # each publication is loaded again, by two that import torch
]


@pytest.fixture
def hub(monkeypatch):
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    with publishing_hub() as held:
        monkeypatch.setenv("HF_ENDPOINT", held.address)
        yield held


@pytest.fixture
def cpu_worker(studio, empty_broker, environment, tmp_path, hub):
    with hub_worker(studio, environment, tmp_path / "hub-home", hub.address) as running:
        yield running


@pytest.fixture
def model(api, studio, tmp_path, hub):
    connect(api)
    made = a_trained_model(api, studio, tmp_path)
    hub.forget()
    return made


def problem_of(ended):
    assert ended["status"] == "failed"
    return ended["job"]["problem"]["code"]


def commits(hub, repo="ada/questions"):
    """Those that a person put there: the first one is the Hub's own."""
    return hub.repos[repo].main[1:] if repo in hub.repos else []


def test_what_arrives_is_what_was_previewed_and_only_its_owner_sees_it(api, model, cpu_worker, hub):
    shown = previewed(api, model.id)
    assert shown["status"] == "previewed"
    assert hub.repos == {}
    ended = publish(api, shown)
    assert ended["status"] == "succeeded", ended["job"]["problem"]
    assert hashes(arrived(hub, ended)) == shown_hashes(shown)
    assert len(commits(hub)) == 1
    assert hub.repos["ada/questions"].private
    assert set(hub.tokens) <= {TOKEN, None}
    card = api.get(f"publications/{shown['id']}/card").content
    assert card == arrived(hub, ended)["README.md"]
    facts = yaml.safe_load(card.decode().split("---\n")[1])
    assert (facts["license"], facts["language"]) == ("apache-2.0", ["en"])
    assert facts == shown["metadata"]
    assert 'SentenceTransformer("ada/questions")' in card.decode()
    assert "It was never measured" in card.decode()
    linked = api.get(f"models/{model.id}").json()["published"]
    assert (linked["repo"], linked["url"]) == ("ada/questions", ended["url"])
    assert linked["commit"] == commits(hub)[0].id
    acts = [each["act"] for each in api.get("system/audit-log").json()["items"]]
    assert acts[:2] == ["model published", "publishing begun"]
    again = api.post(f"publications/{shown['id']}/publish")
    assert (again.status_code, again.json()["code"]) == (409, "already_published")


@pytest.mark.slow
def test_a_pull_request_proposes_the_same_bytes_and_leaves_main_alone(api, model, cpu_worker, hub):
    publish(api, previewed(api, model.id, repo="ada/questions", private=False))
    hub.repos["ada/questions"].commit("Say more", {"config.json": b"{}"})
    shown = previewed(api, model.id, as_pull_request=True, private=False)
    assert "config.json" in shown["replaces"]
    ended = publish(api, shown)
    assert ended["status"] == "succeeded", ended["job"]["problem"]
    assert ended["pull_request_url"] == f"{hub.address}/ada/questions/discussions/1"
    assert hashes(arrived(hub, ended)) == shown_hashes(shown)
    assert len(commits(hub)) == 2
    assert len(hub.repos["ada/questions"].requests) == 1


@pytest.mark.slow
def test_what_is_to_stay_private_is_not_put_where_everybody_sees_it(api, model, cpu_worker, hub):
    publish(api, previewed(api, model.id, private=False))
    answer = api.post(f"models/{model.id}/publications", json=ASKED)
    assert (answer.status_code, answer.json()["code"]) == (422, "repo_is_public")
    other = previewed(api, model.id, repo="ada/more")
    publish(api, other)
    assert len(commits(hub)) == 1


def test_a_pull_request_needs_a_repository_that_is_there(api, model, hub):
    asked = ASKED | {"as_pull_request": True}
    answer = api.post(f"models/{model.id}/publications", json=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "no_hub_repo")


@pytest.mark.parametrize(
    ("token", "repo"), [(READ_TOKEN, "ada/questions"), (TOKEN, "somebody-else/questions")]
)
def test_a_token_without_rights_is_told_so_and_nothing_is_published(
    api, model, cpu_worker, hub, token, repo
):
    connect(api, token)
    ended = publish(api, previewed(api, model.id, repo=repo))
    assert problem_of(ended) == "hub_no_rights"
    assert "Settings, Hugging Face" in ended["job"]["problem"]["detail"]
    assert hub.repos == {}


@pytest.mark.slow
def test_a_licence_that_the_hub_doesnt_know_is_said_in_its_words(api, model, cpu_worker, hub):
    ended = publish(api, previewed(api, model.id, license="no-such-licence"))
    assert problem_of(ended) == "hub_declined"
    assert '"license" must be one of apache-2.0, mit' in ended["job"]["problem"]["detail"]
    assert commits(hub) == []


@pytest.mark.slow
def test_a_limit_of_requests_is_waited_for(api, model, cpu_worker, hub):
    shown = previewed(api, model.id)
    hub.forget()
    hub.pause = {0: 1, 3: 1, 5: 1}
    ended = publish(api, shown)
    assert ended["status"] == "succeeded", ended["job"]["problem"]
    assert hashes(arrived(hub, ended)) == shown_hashes(shown)
    assert len(commits(hub)) == 1


def cut_at(api, model, hub, chosen):
    """Publish with the connection cut at each chosen request, before and after it was heard; what
    went wrong then."""
    whole = previewed(api, model.id, repo="ada/whole")
    hub.forget()
    assert publish(api, whole)["status"] == "succeeded"
    requests = list(hub.asked)
    assert len(requests) > 10
    wrong = []
    for number, asked in enumerate(requests):
        for when in ("before", "after"):
            if not chosen(asked, when):
                continue
            repo = f"ada/cut-{number}-{when}"
            hub.stored.clear()
            shown = previewed(api, model.id, repo=repo)
            hub.forget()
            hub.cut = {number: when}
            ended = publish(api, shown)
            if ended["status"] != "succeeded" or len(commits(hub, repo)) != 1:
                wrong.append((number, when, asked, ended["job"]["problem"], hub.asked[:]))
            elif hashes(arrived(hub, ended)) != shown_hashes(shown):
                wrong.append((number, when, asked, "other bytes"))
    return wrong


@pytest.mark.slow
def test_a_cut_right_after_the_commit_leaves_one_commit_with_these_bytes(
    api, model, cpu_worker, hub
):
    is_commit = {"cases": 0}

    def chosen(asked, when):
        is_chosen = "/commit/" in str(asked) and when == "after"
        is_commit["cases"] += is_chosen
        return is_chosen

    assert cut_at(api, model, hub, chosen) == []
    assert is_commit["cases"] == 1


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_cut_at_any_request_leaves_one_commit_with_these_bytes(api, model, cpu_worker, hub):
    assert cut_at(api, model, hub, lambda asked, when: True) == []


@pytest.mark.slow
def test_a_job_that_is_killed_right_after_its_commit_finds_it_again(api, model, cpu_worker, hub):
    shown = previewed(api, model.id)
    hub.forget()
    killed = []

    def kill():
        for pid in cpu_worker.children():
            with open(f"/proc/{pid}/cmdline", "rb") as command:
                if b"worker.jobs.publish" in command.read():
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)

    def when_committed():
        if commits(hub):
            kill()
        else:
            hub.before[len(hub.asked)] = when_committed

    hub.before[0] = when_committed
    ended = publish(api, shown)
    assert ended["status"] == "succeeded", ended["job"]["problem"]
    assert len(killed) == 1
    assert len(commits(hub)) == 1
    assert hashes(arrived(hub, ended)) == shown_hashes(shown)


@pytest.mark.slow
def test_a_second_try_sends_no_large_file_again(api, model, cpu_worker, hub):
    shown = previewed(api, model.id)
    hub.forget()
    hub.repos.clear()

    def no_rights_any_more():
        if any(asked.endswith("/commit/main") for asked in hub.asked):
            raise ConnectionError  # the Hub falls over before it has answered
        hub.before[len(hub.asked)] = no_rights_any_more

    hub.before[0] = no_rights_any_more
    ended = publish(api, shown)
    assert ended["status"] == "succeeded", ended["job"]["problem"]
    sent = [asked for asked in hub.asked if asked.startswith("PUT")]
    assert len(sent) == len(set(sent)) > 1
    assert len(commits(hub)) == 1


def test_somebody_elses_commit_since_the_preview_is_not_overwritten(api, model, cpu_worker, hub):
    publish(api, previewed(api, model.id))
    shown = previewed(api, model.id)
    theirs = hub.repos["ada/questions"].commit("Mine", {"config.json": b"{}"})
    ended = publish(api, shown)
    assert problem_of(ended) == "hub_moved"
    assert commits(hub)[-1] == theirs


@pytest.mark.slow
def test_somebody_elses_commit_at_the_last_moment_is_not_overwritten(api, model, cpu_worker, hub):
    publish(api, previewed(api, model.id))
    hub.repos["ada/questions"].commit("Theirs", {"config.json": b"{}"})
    shown = previewed(api, model.id)
    hub.forget()

    def somebody_commits():
        if hub.asked[-1].endswith("/commit/main"):
            hub.repos["ada/questions"].commit("At the last moment", {"README.md": b"theirs"})
        else:
            hub.before[len(hub.asked)] = somebody_commits

    hub.before[0] = somebody_commits
    ended = publish(api, shown)
    assert problem_of(ended) == "hub_moved"
    assert commits(hub)[-1].files["README.md"] == b"theirs"


@pytest.mark.slow
def test_a_repository_that_somebody_made_meanwhile_is_left_alone(api, model, cpu_worker, hub):
    first, second = (previewed(api, model.id) for _ in range(2))
    assert publish(api, first)["status"] == "succeeded"
    assert problem_of(publish(api, second)) == "hub_moved"
    assert len(commits(hub)) == 1


def test_a_model_that_changed_since_the_preview_is_not_published(api, model, studio, hub):
    shown = previewed(api, model.id)
    (studio.storage.folder(model.folder) / "config.json").write_text("{}")
    answer = api.post(f"publications/{shown['id']}/publish")
    assert (answer.status_code, answer.json()["code"]) == (409, "changed_since")
    assert "config.json" in answer.json()["detail"]
    assert hub.repos == {}


@pytest.mark.slow
def test_a_hub_that_keeps_other_bytes_is_found_out(api, model, cpu_worker, hub):
    hub.spoils = True
    ended = publish(api, previewed(api, model.id))
    assert problem_of(ended) == "not_as_previewed"
    assert "config.json" in ended["job"]["problem"]["detail"]
