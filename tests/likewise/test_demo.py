"""What the demo leaves for scripts, and for people."""

import json
from datetime import UTC, datetime

import pytest

from backend.ids import ModelId, RunId
from backend.models.schemas import ModelFile, ModelOut
from backend.models.tables import MadeBy
from backend.proof.schemas import Verdict, Word
from likewise.cli.verdict import proof
from likewise.demo import summary

SENTENCE = "Better. 0.65 → 0.68 on 400 questions that nothing had seen."


@pytest.fixture
def model() -> ModelOut:
    verdict = Verdict(
        metric="cosine_ndcg@10",
        evaluator="InformationRetrievalEvaluator",
        items="questions",
        queries=400,
        before=0.648,
        after=0.677,
        difference=0.029,
        ci95=(0.014, 0.044),
        word=Word.BETTER,
        sentence=SENTENCE,
    )
    return ModelOut(
        id=ModelId.new(),
        run_id=RunId.new(),
        tags=[],
        name="demo",
        base_model="sentence-transformers/all-MiniLM-L6-v2",
        size_bytes=91_000_000,
        files=[ModelFile(name="README.md", size_bytes=2_000)],
        path="/data/artifacts/models/demo",
        verdict=verdict,
        parent_id=None,
        made_by=MadeBy.TRAINING,
        judged_at=None,
        served=None,
        before={},
        after={},
        created_at=datetime.now(UTC),
    )


def test_the_last_line_holds_the_figures_and_both_times(
    model: ModelOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIKEWISE_SETUP_SECONDS", "61")
    assert json.loads(json.dumps(summary(model, 123.456))) == {
        "metric": "cosine_ndcg@10",
        "before": 0.648,
        "after": 0.677,
        "difference": 0.029,
        "ci95": [0.014, 0.044],
        "queries": 400,
        "seconds_setup": 61.0,
        "seconds_run": 123.5,
        "model_id": str(model.id),
        "model_path": "/data/artifacts/models/demo",
    }


def test_the_proof_shows_figures_whisker_sentence_and_place(model: ModelOut) -> None:
    lines = proof(model).splitlines()
    figures = "cosine_ndcg@10 0.6480 0.6770 +0.0290 +0.0140 to +0.0440"
    assert lines[1].split() == figures.split()
    assert "┼   ────●────" in lines[3]
    assert lines[5] == f"▲ {SENTENCE}"
    assert "/data/artifacts/models/demo" in lines[8]


def test_a_model_that_was_not_judged_says_so(model: ModelOut) -> None:
    assert "nothing is proved" in proof(model.model_copy(update={"verdict": None}))
