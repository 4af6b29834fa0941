"""What a model may be made of, and how the other kinds are refused."""

import json
import os
import pickle

import numpy as np
import pytest
import torch

from tests.tiny_model import write_tiny_bert
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules import Pooling, Transformer
from worker.engine.model.problems import (
    ModelNotFound,
    PickledWeights,
    UnknownModule,
    WrongModelFile,
)


class RunsWhenOpened:
    """A pickle of this leaves a file behind when it is opened."""

    def __init__(self, trace):
        self.trace = str(trace)

    def __reduce__(self):
        return os.mkdir, (self.trace,)


@pytest.fixture
def saved(model, tmp_path):
    model.save_pretrained(tmp_path / "saved")
    return tmp_path / "saved"


def rewrite(path, change):
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


def test_pickled_weights_are_refused_unopened(tmp_path):
    folder = write_tiny_bert(tmp_path / "bert")
    (folder / "model.safetensors").unlink()
    trace = tmp_path / "trace"
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(RunsWhenOpened(trace)))
    with pytest.raises(PickledWeights, match=r"pytorch_model\.bin is a Python pickle"):
        SentenceTransformer(folder)
    assert not trace.exists()


def test_pickled_weights_of_a_later_module_are_refused(tiny_bert, tmp_path):
    from worker.engine.model.modules import Dense

    transformer = Transformer(tiny_bert)
    model = SentenceTransformer(modules=[transformer, Pooling(32), Dense(32, 8)], device="cpu")
    model.save_pretrained(tmp_path / "model")
    (tmp_path / "model" / "2_Dense" / "model.safetensors").rename(
        tmp_path / "model" / "2_Dense" / "pytorch_model.bin"
    )
    with pytest.raises(PickledWeights, match="2_Dense"):
        SentenceTransformer(tmp_path / "model")


def test_a_class_that_a_file_names_is_never_imported(saved, tmp_path):
    (tmp_path / "evil.py").write_text("raise SystemExit('imported')")
    rewrite(saved / "modules.json", lambda rows: rows[1].update(type="evil.Pooling"))
    with pytest.raises(UnknownModule, match=r"'evil\.Pooling'.*Dense, .*Pooling, .*Transf"):
        SentenceTransformer(saved)


def test_an_activation_that_a_file_names_is_never_imported(saved):
    (saved / "2_Dense").mkdir()
    config = {"in_features": 32, "out_features": 8, "activation_function": "os.system"}
    (saved / "2_Dense" / "config.json").write_text(json.dumps(config))
    row = {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"}
    rewrite(saved / "modules.json", lambda rows: rows.append(row))
    with pytest.raises(UnknownModule, match=r"os\.system"):
        SentenceTransformer(saved)


def test_a_module_outside_of_the_folder_is_refused(saved):
    rewrite(saved / "modules.json", lambda rows: rows[1].update(path="../elsewhere"))
    with pytest.raises(WrongModelFile, match="outside of its folder"):
        SentenceTransformer(saved)


@pytest.mark.parametrize("text", ["", "{", '{"a": 1}', "[3]", '[{"type": "x"}]'])
def test_a_garbled_list_of_modules_is_told(saved, text):
    (saved / "modules.json").write_text(text)
    with pytest.raises(WrongModelFile, match=r"modules\.json"):
        SentenceTransformer(saved)


def test_a_missing_module_folder_is_told(saved):
    (saved / "1_Pooling" / "config.json").unlink()
    (saved / "1_Pooling").rmdir()
    with pytest.raises(WrongModelFile, match="1_Pooling is missing"):
        SentenceTransformer(saved)


def test_a_name_that_is_nowhere_is_told(monkeypatch):
    with pytest.raises(ModelNotFound, match="no folder here"):
        SentenceTransformer("nobody/has-this-model", local_files_only=True)


def test_half_precision_on_disk_is_full_precision_in_memory(saved, tmp_path):
    halved = SentenceTransformer(saved, device="cpu").half()
    halved.save_pretrained(tmp_path / "half")
    rewrite(tmp_path / "half" / "config.json", lambda config: config.update(dtype="float16"))
    loaded = SentenceTransformer(tmp_path / "half", device="cpu")
    assert {weight.dtype for weight in loaded.parameters()} == {torch.float32}


def test_saving_into_a_folder_keeps_what_else_is_there(model, tmp_path):
    (tmp_path / "run" / "checkpoint-1").mkdir(parents=True)
    (tmp_path / "run" / "modules.json").write_text("old")
    model.save_pretrained(tmp_path / "run")
    assert (tmp_path / "run" / "checkpoint-1").is_dir()
    np.testing.assert_array_equal(
        SentenceTransformer(tmp_path / "run", device="cpu").encode("the cat"),
        model.encode("the cat"),
    )


def test_a_save_that_fails_changes_nothing(model, saved, monkeypatch):
    before = {path: path.read_bytes() for path in saved.rglob("*") if path.is_file()}

    def fail(self, folder):
        raise OSError("No space left on device")

    monkeypatch.setattr(Pooling, "save", fail)
    with pytest.raises(OSError, match="No space"):
        model.save_pretrained(saved)
    assert {path: path.read_bytes() for path in saved.rglob("*") if path.is_file()} == before
    assert [path.name for path in saved.parent.iterdir()] == ["saved"]


def test_a_prompt_of_an_unknown_name_is_told(model):
    with pytest.raises(ValueError, match=r"no prompt named 'title'.*'query', 'document'"):
        model.encode("the cat", prompt_name="title")
    with pytest.raises(ValueError, match="no prompt named 'title'"):
        SentenceTransformer(modules=list(model), default_prompt_name="title")


def test_unsafe_serialization_is_refused(model, tmp_path):
    with pytest.raises(ValueError, match="safetensors only"):
        model.save_pretrained(tmp_path / "model", safe_serialization=False)


def test_no_text_gives_no_vector(model):
    assert len(model.encode([])) == 0
    assert len(model.encode([], convert_to_tensor=True)) == 0


def test_encoding_leaves_the_mode_as_it_was(model):
    model.train()
    model.encode("the cat")
    assert model.training
