"""What is served is what was measured: a folder that says less than the model in memory is caught."""

import json

import numpy as np
import pyarrow as pa
import pytest
import sentence_transformers

from backend.catalog.evaluators import EVALUATORS
from tests.quick import slow_but
from tests.tiny_model import sentences, write_tiny_bert
from tests.worker.jobs.attempts import TRIPLETS, placed, recipe_for, train
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules import Dense, Normalize, Pooling, Transformer
from worker.exits import Exit
from worker.jobs import served
from worker.jobs.ending import Refused
from worker.jobs.judges import Judge, Measured
from worker.jobs.measures import Held, evaluator
from worker.jobs.served import EXACT, Asked, compare, served_as_measured
from worker.jobs.train_result import TrainResult

PROMPTS = {"query": "who is", "question": "what is a"}


def change(place, **values):
    settings = json.loads(place.read_text())
    place.write_text(json.dumps({**settings, **values}))


def without_module(name):
    def drop(folder):
        rows = json.loads((folder / "modules.json").read_text())
        kept = [row for row in rows if not row["type"].endswith(name)]
        assert len(kept) == len(rows) - 1
        (folder / "modules.json").write_text(json.dumps(kept))

    return drop


def pool_otherwise(folder):
    (place,) = folder.glob("*_Pooling/config.json")
    assert json.loads(place.read_text())["pooling_mode_mean_tokens"]
    change(place, pooling_mode_mean_tokens=False, pooling_mode_max_tokens=True)


FAULTS = {
    "wrong pooling": pool_otherwise,
    "missing Dense": without_module("Dense"),
    "missing normalise": without_module("Normalize"),
    "missing prompts": lambda f: change(f / "config_sentence_transformers.json", prompts={}),
    "another prompt": lambda f: change(
        f / "config_sentence_transformers.json", prompts={**PROMPTS, "question": "where is a"}
    ),
    "cut length": lambda f: change(f / "sentence_bert_config.json", max_seq_length=16),
    "other weights": lambda f: write_tiny_bert(f, seed=1),
    "no weights": lambda f: (f / "model.safetensors").unlink(),
}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """One of everything that can be lost."""
    transformer = Transformer(str(write_tiny_bert(tmp_path_factory.mktemp("base"))))
    modules = [transformer, Pooling(32, "mean"), Dense(32, 8), Normalize()]
    made = SentenceTransformer(modules=modules, device="cpu", prompts=PROMPTS)
    made.max_seq_length = 48
    return made


@pytest.fixture(scope="module")
def asked():
    texts = sentences(60)
    return [
        Asked(texts=[*texts[:20], *served.long_texts(texts, 48)]),
        Asked(texts=texts[20:40], way="encode_query"),
        Asked(texts=texts[40:], prompt_name="question", prompt=PROMPTS["question"]),
    ]


@pytest.fixture(scope="module")
def measured(model):
    rows = pa.table({"question": sentences(40, 1), "answer": sentences(40, 2)})
    held = Held(rows=rows, reference=rows, prompts={"question": PROMPTS["question"]})
    name = "InformationRetrievalEvaluator"
    judge = Judge(
        row=EVALUATORS[name], evaluator=evaluator(name, held, "prove", 16), is_shared=True
    )
    return Measured(judge=judge, outcome=judge.evaluator.measure(model))


@pytest.fixture(scope="module")
def saved(model, tmp_path_factory):
    """The model's folder as it was saved, and one with each fault."""
    folders = {}
    for name, break_it in {"none": lambda _: None, **FAULTS}.items():
        folders[name] = tmp_path_factory.mktemp("saved") / "model"
        model.save_pretrained(folders[name])
        break_it(folders[name])
    return folders


def test_what_was_saved_whole_gives_the_same_vectors_and_the_same_metric(
    saved, model, asked, measured
):
    found = served_as_measured(saved["none"], model, asked, measured)
    assert found.is_same, found.sentence
    assert found.texts == 62
    assert found.again == found.measured == measured.outcome.primary
    assert "the same vectors" in found.sentence


@pytest.mark.parametrize("fault", slow_but(FAULTS, "missing Dense", "cut length"))
def test_each_fault_of_saving_and_serving_is_caught(saved, model, asked, measured, fault):
    found = served_as_measured(saved[fault], model, asked, measured)
    assert not found.is_same, found.sentence
    with pytest.raises(Refused, match="Loaded again"):
        served.demand(found)


@pytest.mark.parametrize("fault", ["none", *FAULTS])
def test_the_reference_library_finds_the_same_faults(saved, model, asked, fault):
    """An independent reader of the folder: what it gives differs where we say so, and only there."""
    ours = [served._vectors(model, one) for one in asked]
    try:
        theirs = sentence_transformers.SentenceTransformer(str(saved[fault]), device="cpu")
        again = [
            np.asarray(getattr(theirs, one.way)(one.texts, prompt_name=one.prompt_name))
            for one in asked
        ]
    except (OSError, ValueError):
        assert fault in ("no weights", "missing prompts")
        return
    found = compare(ours, again, None, None, EXACT)
    assert found.is_same == (fault == "none"), found.sentence


def test_two_that_differ_less_than_32_bits_can_tell_are_the_same():
    ours = [np.array([[0.5, -0.25], [0.125, 1.0]], dtype=np.float32)]
    assert compare(ours, [ours[0] + 1e-7], None, None, EXACT).is_same
    assert not compare(ours, [ours[0] + 1e-4], None, None, EXACT).is_same
    assert not compare(ours, [ours[0] * np.nan], None, None, EXACT).is_same
    assert not compare(ours, [ours[0][:, :1]], None, None, EXACT).is_same


def test_another_figure_by_the_same_vectors_is_another_model():
    ours = [np.ones((2, 2), dtype=np.float32)]
    found = compare(ours, ours, ("ndcg@10", 0.5), 0.4, EXACT)
    assert not found.is_same
    assert found.sentence.endswith("and another ndcg@10: 0.4000, not 0.5000.")


def test_a_training_says_in_result_and_card_how_its_saved_model_compared(tmp_path):
    tiny = write_tiny_bert(tmp_path / "tiny")
    recipe, _ = recipe_for("TripletLoss", TRIPLETS)
    plain = recipe.model_dump(mode="json")
    plain["datasets"][0]["prompts"] = {"anchor": "what is a"}
    folder = placed(tmp_path, tiny, type(recipe).model_validate(plain), TRIPLETS)
    assert train(folder) is Exit.DONE, folder.problem()
    result = TrainResult.model_validate_json((folder.result / "result.json").read_text())
    assert result.served.is_same
    assert result.served.measured == result.proof.after
    assert result.served.texts == 98  # of 24 in four ways, and 2 long ones
    assert result.served.sentence in (folder.result / "model" / "README.md").read_text()


def test_a_training_whose_saved_model_differs_is_refused(tmp_path, monkeypatch):
    tiny = write_tiny_bert(tmp_path / "tiny")
    recipe, _ = recipe_for("TripletLoss", TRIPLETS)
    folder = placed(tmp_path, tiny, recipe, TRIPLETS)
    save = SentenceTransformer.save_pretrained

    def save_wrongly(self, path, *args, **options):
        save(self, path, *args, **options)
        if path == str(folder.result / "model"):
            pool_otherwise(folder.result / "model")

    monkeypatch.setattr(SentenceTransformer, "save_pretrained", save_wrongly)
    assert train(folder) is Exit.REFUSED
    assert folder.problem()["code"] == "saved_model_differs"
    assert "other vectors" in folder.problem()["detail"]
    assert not (folder.result / "result.json").exists()
