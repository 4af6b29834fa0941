"""Measuring a model's sizes, and making one of them a model: the jobs, in this process."""

import json

import numpy as np
import pytest
import sentence_transformers
import torch
from sentence_transformers.sentence_transformer import evaluation as reference

from backend.models.sizes.schemas import Measured, Precision
from backend.proof.kept import CHOOSE, PROVE, read
from backend.recipes.schemas import Recipe
from tests.tiny_model import sentences, write_tiny_bert
from tests.worker.jobs.attempts import SCORED, TRIPLETS, placed, recipe_for, told, train
from worker.engine.model import SentenceTransformer
from worker.exits import Exit
from worker.jobs import ending, measure_sizes, shrink
from worker.jobs.folder import JobFolder
from worker.jobs.model_order import ModelOrder
from worker.jobs.model_work import ModelWork
from worker.jobs.sizes import depths_of, widths_of
from worker.jobs.train_order import TrainOrder
from worker.jobs.train_result import TrainResult
from worker.jobs.training_data import read_parts

MODEL_ID = "mdl_01h455vb4pex5vsknk084sn02q"
NEW = sentences(10, seed=9)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return write_tiny_bert(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def trained(tiny, tmp_path_factory):
    """The folder of a training on scored pairs: what was ordered, and the model."""
    recipe, _ = recipe_for("CoSENTLoss", SCORED, max_steps=4)
    folder = placed(tmp_path_factory.mktemp("train"), tiny, recipe, SCORED)
    assert train(folder) is Exit.DONE, folder.problem()
    return folder


def ordered(tmp_path, trained, **wanted) -> JobFolder:
    folder = JobFolder(tmp_path / "attempt-1")
    order = ModelOrder(
        model_id=MODEL_ID,
        model_name="a model",
        model_folder=trained.result / "model",
        proof_folder=None,
        train=TrainOrder.model_validate(trained.job()),
        wanted=wanted,
    )
    folder.create(order)
    return folder


@pytest.fixture(scope="module")
def table(trained, tmp_path_factory) -> Measured:
    folder = ordered(tmp_path_factory.mktemp("sizes"), trained)
    assert (
        ending.run(folder, lambda: measure_sizes.measure_sizes(ModelWork(folder))) is Exit.DONE
    ), folder.problem()
    assert told(folder, "progress")[-1]["percent"] == 100.0
    return Measured.model_validate_json((folder.result / "result.json").read_text())


def test_every_width_precision_and_depth_is_measured_on_choose(table):
    shapes = {(size.layers, size.dimensions, size.precision) for size in table.tried}
    assert shapes == {(n, d, p) for n in (2, 1) for d in (32, 16, 8) for p in Precision}
    assert (table.metric, table.judged, table.items) == ("spearman_cosine", 10, "pairs")
    assert table.tried[0].difference == 0
    assert all(size.milliseconds_per_text > 0 for size in table.tried)
    assert all(len(size.lows) == len(table.tried) - 1 for size in table.tried)
    assert all(list(size.lows) == sorted(size.lows, reverse=True) for size in table.tried)


@pytest.mark.parametrize("layers", [2, 1])
def test_the_qualities_are_those_that_the_reference_library_finds(table, trained, layers):
    """It leaves layers out as its documentation says."""
    choose = read_parts(TrainOrder.model_validate(trained.job())).choose
    one, other = (choose[name].to_pylist() for name in choose.column_names[:2])
    scores = choose["label"].to_pylist()
    model = sentence_transformers.SentenceTransformer(str(trained.result / "model"), device="cpu")
    model[0].auto_model.encoder.layer = model[0].auto_model.encoder.layer[:layers]
    for size in (size for size in table.tried if size.layers == layers):
        known = reference.EmbeddingSimilarityEvaluator(
            one, other, scores, precision=size.precision.value, truncate_dim=size.dimensions
        )(model)
        assert size.quality == pytest.approx(known["spearman_cosine"], abs=1e-6)


@pytest.mark.parametrize("precision", ["float32", "binary"])
def test_the_size_that_was_taken_is_a_model_of_the_reference_library(tmp_path, trained, precision):
    wanted = {"layers": 1, "dimensions": 16, "precision": precision, "name": "small"}
    folder = ordered(tmp_path, trained, **wanted)
    assert ending.run(folder, lambda: shrink.shrink(ModelWork(folder))) is Exit.DONE, (
        folder.problem()
    )
    whole = sentence_transformers.SentenceTransformer(str(trained.result / "model"), device="cpu")
    whole[0].auto_model.encoder.layer = whole[0].auto_model.encoder.layer[:1]
    small = sentence_transformers.SentenceTransformer(str(folder.result / "model"), device="cpu")
    assert np.allclose(small.encode(NEW), whole.encode(NEW, truncate_dim=16), atol=1e-5)
    assert small[0].auto_model.config.num_hidden_layers == 1

    result = TrainResult.model_validate_json((folder.result / "result.json").read_text())
    before = TrainResult.model_validate_json((trained.result / "result.json").read_text())
    assert result.prove_hash == before.prove_hash
    assert result.choose.part_hash == before.choose.part_hash
    assert result.served.is_same
    assert result.served.sentence in (folder.result / "model" / "README.md").read_text()
    kept = {part: read(folder.result / "proof", part) for part in (CHOOSE, PROVE)}
    assert [len(each.texts) for each in kept.values()] == [10, 20]
    assert result.proof.before == pytest.approx(before.proof.before, abs=1e-6)
    prove = read_parts(TrainOrder.model_validate(trained.job())).prove
    one, other = (prove[name].to_pylist() for name in prove.column_names[:2])
    known = reference.EmbeddingSimilarityEvaluator(
        one, other, prove["label"].to_pylist(), precision=precision
    )(small)
    assert result.proof.after == pytest.approx(known["spearman_cosine"], abs=1e-6)

    card = (folder.result / "model" / "README.md").read_text()
    assert "# small" in card
    assert "vectors of 16 dimensions" in card
    assert "cut to their first 16 of 32 numbers, and it has the first 1 of 2 layers" in card
    assert result.proof.sentence in card
    assert card.count("## Training Details") == card.count("### Framework Versions") == 1
    assert "loss:CoSENTLoss" in card
    assert ('precision="binary"' in card) is (precision == "binary")
    assert TRIPLETS["anchor"][0] not in card


def test_what_the_model_cant_have_is_refused(tmp_path, trained):
    folder = ordered(tmp_path, trained, dimensions=64, precision="int8", name="n")
    assert ending.run(folder, lambda: shrink.shrink(ModelWork(folder))) is Exit.REFUSED
    assert folder.problem()["code"] == "too_many_dimensions"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"evaluators": [{"name": "MSEEvaluator"}]}, "measured_whole"),
        ({"evaluators": []}, "nothing_to_measure_by"),
    ],
)
def test_what_cant_be_measured_smaller_says_so(tmp_path, trained, change, code):
    folder = ordered(tmp_path, trained)
    told = folder.job()
    told["train"]["recipe"] |= change
    (folder.path / "job.json").write_text(json.dumps(told))
    assert (
        ending.run(folder, lambda: measure_sizes.measure_sizes(ModelWork(folder))) is Exit.REFUSED
    )
    assert folder.problem()["code"] == code


def test_without_rows_to_choose_by_there_is_nothing_to_measure(tmp_path, trained):
    folder = ordered(tmp_path, trained)
    told = folder.job()
    told["train"]["recipe"]["datasets"][0]["held_out"]["choose_rows"] = 0
    (folder.path / "job.json").write_text(json.dumps(told))
    assert (
        ending.run(folder, lambda: measure_sizes.measure_sizes(ModelWork(folder))) is Exit.REFUSED
    )
    assert folder.problem()["code"] == "nothing_kept_aside"


@pytest.mark.parametrize(
    ("count", "depths"), [(None, [None]), (2, [2, 1]), (6, [6, 4, 3, 2]), (12, [12, 9, 6, 3])]
)
def test_depths(count, depths):
    assert depths_of(count) == depths


def test_widths_are_those_that_the_loss_was_told():
    recipe, _ = recipe_for("MatryoshkaLoss", TRIPLETS)
    plain = recipe.model_dump(mode="json")
    plain["loss"]["parameters"]["matryoshka_dims"] = [768, 200, 64, 4]
    assert widths_of(Recipe.model_validate(plain), 768) == [768, 200, 64]
    plain["loss"] = {"name": "TripletLoss"}
    assert widths_of(Recipe.model_validate(plain), 768) == [768, 384, 192, 96]
    assert widths_of(Recipe.model_validate(plain), 20) == [20, 10]


def test_no_row_that_proves_is_read_when_sizes_are_measured(tmp_path, trained, monkeypatch):
    seen = []
    proving = read_parts(TrainOrder.model_validate(trained.job())).prove
    texts = {text for name in proving.column_names[:2] for text in proving[name].to_pylist()}
    encode = SentenceTransformer.encode

    def watched(self, inputs, *args, **kwargs):
        seen.extend(inputs)
        return encode(self, inputs, *args, **kwargs)

    monkeypatch.setattr(SentenceTransformer, "encode", watched)
    folder = ordered(tmp_path, trained)
    with torch.no_grad():
        measure_sizes.measure_sizes(ModelWork(folder))
    assert seen
    assert not texts & set(seen)
