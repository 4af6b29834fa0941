"""Rows 25 and 26: a model that a stranger made is numbers, and nothing of it is run."""

import json
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.tiny_model import write_tiny_bert
from worker.engine.model import SentenceTransformer
from worker.engine.model.finding import NEVER_FETCHED
from worker.engine.model.modules import Pooling, Transformer
from worker.engine.model.problems import ModelProblem

CODE = "open({trace!r}, 'w').close()\nclass Evil: pass\n"
ROWS = {
    "a module of its own file": {"type": "evil.Evil"},
    "a module of an installed package": {"type": "os.path"},
    "a class beside ours": {"type": "sentence_transformers.models.Evil"},
    "a file on the Hub": {"type": "stranger/repo--evil.Evil"},
}


class RunsWhenOpened:
    """A pickle of this leaves a trace when it is opened."""

    def __init__(self, trace: Path) -> None:
        self.trace = str(trace)

    def __reduce__(self):
        return os.mkdir, (self.trace,)


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "trace"


@pytest.fixture
def saved(tmp_path: Path, trace: Path) -> Path:
    """A model whose folder also holds code and pickles under every name that somebody opens."""
    bert = write_tiny_bert(tmp_path / "bert")
    folder = tmp_path / "saved"
    SentenceTransformer(modules=[Transformer(bert), Pooling(32)], device="cpu").save_pretrained(
        folder
    )
    (folder / "evil.py").write_text(CODE.format(trace=str(trace)))
    (folder / "setup.py").write_text(CODE.format(trace=str(trace)))
    for name in ("pytorch_model.bin", "model.pt", "model.pkl", "optimizer.pt", "model.joblib"):
        (folder / name).write_bytes(pickle.dumps(RunsWhenOpened(trace)))
    return folder


def test_pickles_beside_a_models_numbers_are_never_opened(saved, trace, monkeypatch):
    def opened(*_: object, **__: object) -> None:
        raise AssertionError("a pickle was opened")

    for module in (pickle, torch):
        monkeypatch.setattr(module, "load", opened)
    monkeypatch.setattr(pickle, "loads", opened)
    monkeypatch.setattr(pickle, "Unpickler", opened)
    assert SentenceTransformer(saved, device="cpu").encode(["cat"]).shape == (1, 32)
    assert not trace.exists()


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt"])
def test_a_model_that_is_only_a_pickle_is_refused_unopened(saved, trace, name):
    for other in [*saved.glob("*.bin"), *saved.glob("*.pt"), *saved.glob("*.safetensors")]:
        other.unlink()
    (saved / name).write_bytes(pickle.dumps(RunsWhenOpened(trace)))
    with pytest.raises(ModelProblem):
        SentenceTransformer(saved, device="cpu")
    assert not trace.exists()


def test_pickles_are_not_even_fetched_from_the_hub():
    assert {"*.bin", "*.pt", "*.pkl", "*.ckpt"} <= set(NEVER_FETCHED)


def test_an_array_that_holds_objects_is_refused(tmp_path, trace):
    np.save(tmp_path / "a.npy", np.array([RunsWhenOpened(trace)], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        np.load(tmp_path / "a.npy")
    assert not trace.exists()


@pytest.mark.parametrize("what", ROWS)
def test_no_class_but_ours_is_imported_though_the_folder_is_here(saved, trace, what, monkeypatch):
    monkeypatch.syspath_prepend(str(saved))  # even where Python would find it
    rows = json.loads((saved / "modules.json").read_text())
    rows[1] |= ROWS[what]
    (saved / "modules.json").write_text(json.dumps(rows))
    with pytest.raises(ModelProblem):
        SentenceTransformer(saved, device="cpu")
    assert not trace.exists()


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json"])
def test_code_that_a_configuration_names_is_not_run(saved, trace, file):
    said = json.loads((saved / file).read_text())
    said |= {"auto_map": dict.fromkeys(("AutoConfig", "AutoModel", "AutoTokenizer"), "evil.Evil")}
    (saved / file).write_text(json.dumps(said))
    for part in ("sentence_bert_config.json",):
        (saved / part).write_text(json.dumps({"model_args": {"trust_remote_code": True}}))
    SentenceTransformer(saved, device="cpu").encode(["cat"])
    assert not trace.exists()


def test_no_recipe_can_ask_for_foreign_code(root):
    """`trust_remote_code` is a caller's word in Python, and stands in nothing that is sent to us."""
    places = [*(root / "backend").rglob("*.py"), *(root / "worker" / "jobs").rglob("*.py")]
    assert [place for place in places if "trust_remote_code" in place.read_text("utf-8")] == []


def test_nothing_of_ours_opens_a_pickle(root):
    places = [*(root / "backend").rglob("*.py"), *(root / "worker").rglob("*.py")]
    words = ("pickle.load(", "allow_pickle=True", "weights_only=False", "joblib", "yaml.load(")
    found = {place.name for place in places for word in words if word in place.read_text("utf-8")}
    assert found == set()
