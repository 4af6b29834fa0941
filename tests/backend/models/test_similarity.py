"""Two texts tried on a model: answered by the real embedder, as the model itself would answer."""

import numpy as np
import pytest

from backend.accounts.people import THE_PERSON
from backend.models.tables import Model
from backend.runs import jobs
from backend.runs.states import JobKind
from backend.runs.tables import Run
from tests.conftest import TINY
from tests.processes import wait_until
from tests.runs.test_live import RECIPE
from tests.tiny_model import write_tiny_bert
from worker.engine.model import SentenceTransformer


@pytest.fixture
def model(studio, tmp_path, hub_cache, monkeypatch):
    """A model of the studio, tuned from the tiny one of the Hub's cache."""
    monkeypatch.setenv("HF_HOME", str(hub_cache))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with studio.database.writing() as session:
        job = jobs.enqueue(session, THE_PERSON, studio.broker, JobKind.TRAIN, {})
        run = Run(project_id=job.project_id, job_id=job.id, name="r", recipe=RECIPE, job=job)
        session.add(run)
        session.flush()
        made = Model(
            project_id=job.project_id,
            run_id=run.id,
            name="m",
            base_model=TINY,
            folder="",
            size_bytes=1,
            files=[],
        )
        session.add(made)
        session.flush()
        made.folder = f"models/{made.id}"
    studio.storage.put_folder(write_tiny_bert(tmp_path / "tuned", seed=7), made.folder)
    return made


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

    wait_until(answered, 60, "the embedder")
    tuned = SentenceTransformer(str(studio.storage.folder(model.folder)))
    expected = tuned.similarity(tuned.encode(texts[:1]), tuned.encode(texts[1:]))[0]
    assert answers[-1].json()["tuned"] == pytest.approx(np.asarray(expected), abs=1e-5)
    assert answers[-1].json()["base"] != answers[-1].json()["tuned"]


def test_a_model_that_is_not_there_is_not_found(api):
    answer = api.post(
        "models/mdl_01h455vb4pex5vsknk084sn02q/similarity", json={"source": "a", "others": ["b"]}
    )
    assert answer.status_code == 404
