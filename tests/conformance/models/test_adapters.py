"""A PEFT adapter on disk stands for its model with it, here as in the reference."""

import json
import pickle

import numpy as np
import pytest
import sentence_transformers
import torch

from tests.tiny_architectures import write_tiny
from tests.tiny_model import sentences
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules import Transformer
from worker.engine.model.problems import AdapterNeedsPeft, PickledWeights, WrongModelFile

peft = pytest.importorskip("peft")

TEXTS = sentences(20, seed=2)


@pytest.fixture(params=["bert", "t5", "qwen3"])
def base(request, tmp_path):
    return write_tiny(request.param, tmp_path / "base")


def adapted(base, kind=SentenceTransformer):
    """A model with an adapter that changes its vectors, as one of the libraries makes it."""
    model = kind(str(base), device="cpu")
    names = {"t5": ["q", "v"], "qwen3": ["q_proj", "v_proj"]}
    target = names.get(model[0].config.model_type, ["query", "value"])
    model[0].model.add_adapter(peft.LoraConfig(r=2, target_modules=target))
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "lora_" in name:
                weight.copy_(torch.randn(weight.shape, generator=generator))
    return model


@pytest.mark.parametrize(
    "kind", [SentenceTransformer, sentence_transformers.SentenceTransformer], ids=["ours", "theirs"]
)
def test_an_adapter_that_one_saves_both_load(kind, base, tmp_path):
    model = adapted(base, kind)
    vectors = model.encode(TEXTS)
    plain = kind(str(base), device="cpu").encode(TEXTS)
    assert np.abs(vectors - plain).max() > 1e-2
    model.save_pretrained(str(tmp_path / "adapted"), create_model_card=False)
    assert (tmp_path / "adapted" / "adapter_model.safetensors").is_file()
    assert not (tmp_path / "adapted" / "model.safetensors").exists()
    for library in (SentenceTransformer, sentence_transformers.SentenceTransformer):
        loaded = library(str(tmp_path / "adapted"), device="cpu")
        np.testing.assert_allclose(loaded.encode(TEXTS), vectors, rtol=0, atol=1e-5)


@pytest.fixture
def saved(tmp_path):
    model = adapted(write_tiny("bert", tmp_path / "base"))
    model.save_pretrained(str(tmp_path / "adapted"), create_model_card=False)
    return tmp_path / "adapted"


def test_a_pickled_adapter_is_refused_unopened(saved):
    (saved / "adapter_model.safetensors").unlink()
    (saved / "adapter_model.bin").write_bytes(pickle.dumps({}))
    with pytest.raises(PickledWeights, match=r"adapter_model\.bin is a Python pickle"):
        SentenceTransformer(saved)


def test_an_adapter_without_its_weights_is_told(saved):
    (saved / "adapter_model.safetensors").unlink()
    with pytest.raises(WrongModelFile, match=r"has no adapter_model\.safetensors"):
        SentenceTransformer(saved)


def test_an_adapter_of_an_adapter_is_refused(saved):
    place = saved / "adapter_config.json"
    config = json.loads(place.read_text()) | {"base_model_name_or_path": str(saved)}
    place.write_text(json.dumps(config))
    with pytest.raises(WrongModelFile, match="is an adapter itself"):
        SentenceTransformer(saved)


def test_an_adapter_without_a_base_is_told(saved):
    (saved / "adapter_config.json").write_text("{}")
    with pytest.raises(WrongModelFile, match="doesn't name its base model"):
        SentenceTransformer(saved)


def test_an_adapter_without_peft_is_told(saved, monkeypatch):
    monkeypatch.setattr("worker.engine.model.modules.adapter.is_peft_available", lambda: False)
    with pytest.raises(AdapterNeedsPeft, match=r"Install likewise\[lora\]"):
        SentenceTransformer(saved)


def test_what_is_saved_names_the_hubs_model_and_no_folder_of_this_machine(tmp_path):
    base = write_tiny("bert", tmp_path / "base")
    transformer = Transformer.read(base, name="somebody/model")
    transformer.model.add_adapter(peft.LoraConfig(r=2, target_modules=["query"]))
    (tmp_path / "adapted").mkdir()
    transformer.save(tmp_path / "adapted")
    config = json.loads((tmp_path / "adapted" / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == "somebody/model"
