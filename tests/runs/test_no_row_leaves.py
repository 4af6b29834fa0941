"""No text of anybody's data leaves, unless they have ticked it."""

import pytest
import yaml

from tests.hub_worker import hub_worker
from tests.publishing_hub import publishing_hub
from tests.runs import trainings
from tests.runs.publishing import (
    arrived,
    connect,
    hashes,
    previewed,
    publish,
    shown_hashes,
    texts_of_pairs,
)

pytestmark = [pytest.mark.services, pytest.mark.timeout(400)]


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


def held_in(files):
    """Those texts of the data that any of the files holds."""
    everything = b"\0".join(files.values()).decode(errors="replace")
    return [text for text in texts_of_pairs() if text in everything]


@pytest.mark.slow
def test_no_text_of_the_data_is_in_anything_published_unless_it_is_ticked(
    api, worker, cpu_worker, hub, studio
):
    connect(api)
    version = trainings.upload(api, trainings.pairs_csv())
    run = trainings.start(api, trainings.recipe_for(api, version["id"]))
    model_id = trainings.wait_for_end(api, run["id"])["model_id"]
    verdict = api.get(f"models/{model_id}").json()["verdict"]

    shown = previewed(api, model_id)
    ended = publish(api, shown)
    assert ended["status"] == "succeeded", ended["job"]["problem"]
    files = arrived(hub, ended)
    assert hashes(files) == shown_hashes(shown)
    assert held_in(files) == []
    assert verdict["sentence"] in files["README.md"].decode()

    ticked = previewed(api, model_id, repo="ada/with-rows", with_samples=True)
    ended = publish(api, ticked)
    files = arrived(hub, ended)
    assert hashes(files) == shown_hashes(ticked)
    seen = held_in({"README.md": files["README.md"]})
    assert len(seen) == 6  # three rows of two texts
    assert held_in({name: body for name, body in files.items() if name != "README.md"}) == []
    facts = yaml.safe_load(files["README.md"].decode().split("---\n")[1])
    assert [each["source_sentence"] for each in facts["widget"]] == seen[::2]

    # Whoever wrote a row into the card, it is found before anything is sent.
    hub.forget()
    own = studio.storage.folder(f"models/{model_id}") / "README.md"
    own.write_text(own.read_text() + f"\n\nSuch as: {texts_of_pairs()[-1]}\n")
    ended = publish(api, previewed(api, model_id, repo="ada/by-mistake"))
    assert ended["job"]["problem"]["code"] == "rows_would_leave"
    assert "ada/by-mistake" not in hub.repos
