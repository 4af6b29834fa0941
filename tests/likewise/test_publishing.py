"""A model is published from a shell: first what would leave, then exactly that."""

import json

import pytest

from tests.publishing_hub import publishing_hub
from tests.runs.publishing import a_trained_model, connect


@pytest.fixture
def hub(monkeypatch):
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    with publishing_hub() as held:
        monkeypatch.setenv("HF_ENDPOINT", held.address)
        yield held


@pytest.fixture
def model(api, studio, tmp_path, hub):
    connect(api)
    return a_trained_model(api, studio, tmp_path)


def test_without_a_yes_a_shell_shows_what_would_leave_and_nothing_does(
    likewise, client, studio_url, model, hub
):
    where = {"LIKEWISE_URL": studio_url}
    asked = ("models", "publish", model.id, "ada/m", "--license", "mit", "--language", "en")
    said = likewise(*asked, **where).stdout
    assert "Nothing has left yet." in said
    shown = json.loads(likewise(*asked, "--json", **where).stdout)
    assert shown["status"] == "previewed"
    assert shown["private"]
    assert all(file["sha256"] in said for file in shown["files"] if file["name"] != "README.md")
    assert hub.repos == {}
    assert [each.status for each in client.publications(model.id)] == ["previewed"] * 2
    assert "license: mit" in client.publication_card(shown["id"])


def test_what_cant_be_is_said_with_its_repair(likewise, studio_url, model, hub):
    asked = ("models", "publish", model.id, "ada/m", "--license", "mit", "--language", "en")
    answer = likewise(*asked, "--pull-request", LIKEWISE_URL=studio_url)
    assert answer.returncode != 0
    assert "Create it directly" in answer.stderr
