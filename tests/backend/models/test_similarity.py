"""Two texts tried on a model: answered by the real embedder, as the model itself would answer."""

import numpy as np
import pytest

from tests.processes import wait_until
from worker.engine.model import SentenceTransformer


def test_the_embedder_starts_when_asked_and_answers_as_the_models_do(api, studio, model):
    texts = ["the cat sat", "a small dog", "who flew over the sea"]
    asked = {"source": texts[0], "others": texts[1:]}
    first = api.post(f"models/{model.id}/similarity", json=asked)
    assert first.status_code == 503
    assert int(first.headers["Retry-After"]) > 0
    answers = []

    def answered():
        answers.append(api.post(f"models/{model.id}/similarity", json=asked))
        return answers[-1].status_code == 200

    wait_until(answered, 90, "the embedder")
    tuned = SentenceTransformer(str(studio.storage.folder(model.folder)))
    expected = tuned.similarity(tuned.encode(texts[:1]), tuned.encode(texts[1:]))[0]
    assert answers[-1].json()["tuned"] == pytest.approx(np.asarray(expected), abs=1e-5)
    assert answers[-1].json()["base"] != answers[-1].json()["tuned"]


def test_a_model_that_is_not_there_is_not_found(api):
    answer = api.post(
        "models/mdl_01h455vb4pex5vsknk084sn02q/similarity", json={"source": "a", "others": ["b"]}
    )
    assert answer.status_code == 404
