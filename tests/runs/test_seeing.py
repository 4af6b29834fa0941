"""A model's texts, looked at by a real worker, searched by the real embedder, over REST."""

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer as Reference

from backend.accounts.people import THE_PERSON
from backend.ids import ModelId
from backend.models import service
from backend.proof import seen
from tests.conftest import TINY
from tests.processes import wait_until
from tests.runs import trainings


@pytest.fixture
def model_id(api, worker, hub_cache, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(hub_cache))  # the embedder inherits it from the server
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    version = trainings.upload(api, trainings.pairs_csv())
    run = trainings.start(api, trainings.recipe_for(api, version["id"], num_train_epochs=1))
    return trainings.wait_for_end(api, run["id"])["model_id"]


def looked(api, model_id):
    """The job, when it has ended."""
    began = api.post(f"models/{model_id}/seen")
    assert began.status_code == 202, began.text
    place = began.headers["Location"].removeprefix("/api/v1/")
    wait_until(lambda: api.get(place).json()["ended_at"] is not None, 90, "the look")
    return api.get(place).json()


def answered(api, model_id, query):
    answers = []

    def is_there():
        answers.append(api.post(f"models/{model_id}/search", json={"query": query, "most": 5}))
        assert answers[-1].status_code in (200, 503), answers[-1].text
        return answers[-1].status_code == 200

    wait_until(is_there, 90, "the embedder")
    assert int(answers[0].headers["Retry-After"]) > 0
    return answers[-1].json()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_person_sees_what_a_model_learned_and_nobody_else_does(api, studio, model_id, hub_cache):
    place = f"models/{model_id}"
    for early in (api.get(f"{place}/seen"), api.get(f"{place}/seen/map")):
        assert (early.status_code, early.json()["code"]) == (404, "not_looked_at")
    assert api.post(f"{place}/search", json={"query": "a cat"}).status_code == 404

    job = looked(api, model_id)
    assert (job["kind"], job["status"]) == ("see", "succeeded"), job
    assert job["result"] == {"folder": f"seen/{model_id}", "texts": 120, "left_out": 0}
    assert api.post(f"{place}/seen").json()["id"] == job["id"]  # it would see the same again

    told = api.get(f"{place}/seen?most=3").json()
    assert (told["texts"], told["neighbours"], told["left_out"]) == (120, 10, 0)
    assert 0 <= told["stayed"] <= 1
    for changed in told["changed"]:
        before, after = ({one["text"] for one in changed[kind]} for kind in ("base", "tuned"))
        assert len(before & after) == changed["stayed"]
        gone = [one["other_place"] for one in changed["base"] if one["text"] not in after]
        assert all(other > 10 for other in gone)
    drawn = api.get(f"{place}/seen/map?most=50").json()
    assert len(drawn["points"]) == 50
    assert api.get(f"{place}/seen/map?by=shop").status_code == 422

    query = "where is the cat mat 7"
    found = answered(api, model_id, query)
    texts = seen.read(studio.storage.folder(f"seen/{model_id}")).texts.to_pylist()
    repo = hub_cache / "hub" / f"models--{TINY.replace('/', '--')}" / "snapshots" / ("0" * 40)
    tuned = studio.storage.folder(f"models/{model_id}")
    for kind, folder in (("base", repo), ("tuned", tuned)):
        library = Reference(str(folder), device="cpu")
        scores = (
            library.encode_document(texts, normalize_embeddings=True)
            @ library.encode_query([query], normalize_embeddings=True)[0]
        )
        best = -np.sort(-scores)[:5]
        assert [one["score"] for one in found[kind]] == pytest.approx(list(best), abs=2e-3)
        by_text = dict(zip(texts, scores, strict=True))
        same = [by_text[one["text"]] for one in found[kind]]
        assert same == pytest.approx([one["score"] for one in found[kind]], abs=2e-3)
        assert [one["place"] for one in found[kind]] == [1, 2, 3, 4, 5]

    with studio.database.reading() as session:
        folder = service.get(session, THE_PERSON, ModelId(model_id)).folder
    names = {path.name for path in studio.storage.folder(folder).rglob("*")}
    assert studio.storage.folder(f"seen/{model_id}").is_dir()
    assert not {"texts.arrow", "base.npy", "tuned.npy"} & names  # what is published is this folder
    assert api.delete(place).status_code == 204
    left = studio.storage.local_path(f"seen/{model_id}")
    wait_until(lambda: not left.exists(), 10, "its files to be gone")
