"""A model as ONNX graphs: what ONNX Runtime gives is what the model gives, or it is not kept."""

import numpy as np
import pytest

from backend.models.exported import Exported
from tests.tiny_model import sentences, write_tiny_bert
from tests.worker.jobs.attempts import TRIPLETS, placed, recipe_for
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules import Dense, Normalize, Pooling, Transformer
from worker.engine.onnx import exporting
from worker.exits import Exit
from worker.jobs import ending, export_onnx
from worker.jobs.folder import EXPORT_FILES, JobFolder
from worker.jobs.model_order import ModelOrder
from worker.jobs.train_order import TrainOrder


def ordered(tmp_path) -> JobFolder:
    """The order to export a model that has all that a graph leaves out."""
    tiny = write_tiny_bert(tmp_path / "tiny")
    modules = [Transformer(str(tiny)), Pooling(32, "mean"), Dense(32, 16), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save_pretrained(tmp_path / "model")
    recipe, _ = recipe_for("TripletLoss", TRIPLETS)
    training = placed(tmp_path, tiny, recipe, TRIPLETS)
    folder = JobFolder(tmp_path / "export")
    folder.create(
        ModelOrder(
            model_id="mdl_x",
            model_name="a model",
            model_folder=tmp_path / "model",
            proof_folder=None,
            train=TrainOrder.model_validate(training.job()),
            wanted={},
        )
    )
    return folder


def export(folder: JobFolder) -> Exit:
    return ending.run(folder, lambda: export_onnx.work(folder))


def test_a_worker_without_the_packages_says_which_and_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "missing", lambda: ["onnx", "onnxruntime"])
    folder = ordered(tmp_path)
    assert export(folder) is Exit.REFUSED
    assert folder.problem()["code"] == "no_onnx"
    assert "pip install 'likewise[onnx]'" in folder.problem()["detail"]


def test_a_model_without_a_transformer_is_refused_by_its_name(tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "missing", list)
    monkeypatch.setattr(exporting, "can_be_exported", lambda _: False)
    folder = ordered(tmp_path)
    assert export(folder) is Exit.REFUSED
    assert "only a transformer is exported" in folder.problem()["detail"]


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    pytest.importorskip("onnxruntime", reason="the extra `onnx` is not installed")
    folder = ordered(tmp_path_factory.mktemp("export"))
    assert export(folder) is Exit.DONE, folder.problem()
    return folder


@pytest.mark.slow
def test_both_graphs_are_measured_and_the_full_one_gives_the_same(exported):
    made = Exported.model_validate_json((exported.result / "result.json").read_text())
    full, small = made.files
    assert (full.name, small.name) == ("onnx/model.onnx", "onnx/model_qint8.onnx")
    assert full.served.is_same
    assert full.served.largest_gap < 1e-5
    assert full.served.again == full.served.measured is not None
    assert small.served.largest_gap > full.served.largest_gap
    assert small.size_bytes < full.size_bytes
    assert f"{small.served.again:.4f}" in small.served.sentence


@pytest.mark.slow
def test_onnx_runtime_alone_gives_the_transformers_own_states(exported):
    """Without any code of ours, for batches of other sizes and lengths than the sample's."""
    import onnxruntime

    graph = exported.result / EXPORT_FILES / exporting.FULL
    session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    model = SentenceTransformer(str(exported.path.parent / "model"), device="cpu")
    for texts in (["cat"], sentences(7), sentences(3, 1, most=40)):
        features = model[0].preprocess(texts)
        fed = {each.name: features[each.name].numpy() for each in session.get_inputs()}
        (states_BTD,) = session.run(["last_hidden_state"], fed)
        mask_BT = features["attention_mask"].bool().numpy()
        expected_BTD = model[0](dict(features))["token_embeddings"].detach().numpy()
        np.testing.assert_allclose(states_BTD[mask_BT], expected_BTD[mask_BT], atol=1e-5)


@pytest.mark.slow
def test_an_export_that_differs_is_not_kept(exported):
    found = Exported.model_validate_json((exported.result / "result.json").read_text())
    differing = found.files[0].served.model_copy(update={"is_same": False})
    with pytest.raises(ending.Refused, match="not kept"):
        export_onnx.demand_same(differing)
