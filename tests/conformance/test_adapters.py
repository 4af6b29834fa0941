"""Adapters: what is trained, saved and loaded is the reference library's, and merging changes
no vector."""

import json

import numpy as np
import pytest
import sentence_transformers
import torch
from datasets import Dataset
from peft import LoraConfig

from tests.tiny_model import sentences
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.losses import MultipleNegativesRankingLoss
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules import Normalize
from worker.engine.model.problems import PickledWeights
from worker.engine.trainer import SentenceTransformerTrainer

TEXTS = sentences(20, seed=9)


def lora(**options):
    return LoraConfig(r=4, lora_alpha=8, target_modules=["query", "value"], **options)


def stir(model, seed=0):
    """Give the adapter's weights, half of which begin as zeros, values that matter."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "lora_" in name:
                weight.copy_(torch.randn(weight.shape, generator=generator) * 0.3)


@pytest.fixture
def adapted(tiny_bert):
    model = SentenceTransformer(tiny_bert, device="cpu")
    model.add_adapter(lora())
    stir(model)
    return model


def assert_same(one, other):
    np.testing.assert_allclose(one.encode(TEXTS), other.encode(TEXTS), rtol=0, atol=1e-5)


def test_only_the_adapter_is_trained(tiny_bert, tmp_path):
    model = SentenceTransformer(tiny_bert, device="cpu")
    model.add_adapter(lora())
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    pairs = Dataset.from_dict({"anchor": TEXTS[:10], "positive": TEXTS[10:]})
    arguments = SentenceTransformerTrainingArguments(
        str(tmp_path), max_steps=3, learning_rate=1e-2, report_to="none", disable_tqdm=True,
        use_cpu=True, save_strategy="no",
    )  # fmt: skip
    loss = MultipleNegativesRankingLoss(model)
    SentenceTransformerTrainer(model, arguments, pairs, loss=loss).train()
    changed = {
        name for name, weight in model.state_dict().items() if (weight != before[name]).any()
    }
    assert changed
    assert all("lora_" in name for name in changed)


def test_an_adapter_is_saved_alone_and_loads_here_and_in_the_reference(adapted, tmp_path):
    adapted.save_pretrained(tmp_path / "model")
    assert (tmp_path / "model" / "adapter_model.safetensors").is_file()
    assert not (tmp_path / "model" / "model.safetensors").exists()
    assert_same(adapted, SentenceTransformer(tmp_path / "model", device="cpu"))
    theirs = sentence_transformers.SentenceTransformer(str(tmp_path / "model"), device="cpu")
    assert_same(adapted, theirs)


def test_what_the_reference_saves_loads_here(tiny_bert, tmp_path):
    theirs = sentence_transformers.SentenceTransformer(str(tiny_bert), device="cpu")
    theirs.add_adapter(lora())
    stir(theirs)
    theirs.save_pretrained(str(tmp_path / "model"))
    mine = SentenceTransformer(tmp_path / "model", device="cpu")
    assert_same(mine, theirs)


def test_a_merged_model_is_a_plain_one_with_the_same_vectors(adapted, tmp_path):
    before = adapted.encode(TEXTS)
    adapted.merge_adapters()
    np.testing.assert_allclose(adapted.encode(TEXTS), before, rtol=0, atol=1e-5)
    assert not [name for name in adapted.state_dict() if "lora" in name]
    assert all(weight.requires_grad for weight in adapted.parameters())
    adapted.save_pretrained(tmp_path / "plain")
    assert not list((tmp_path / "plain").glob("adapter*"))
    assert_same(adapted, SentenceTransformer(tmp_path / "plain", device="cpu"))
    assert_same(
        adapted, sentence_transformers.SentenceTransformer(str(tmp_path / "plain"), device="cpu")
    )
    adapted.add_adapter(lora())
    assert adapted.active_adapters() == ["default"]


def test_adapters_are_switched_as_in_the_reference(tiny_bert):
    mine = SentenceTransformer(tiny_bert, device="cpu")
    theirs = sentence_transformers.SentenceTransformer(str(tiny_bert), device="cpu")
    plain = mine.encode(TEXTS)
    for model in (mine, theirs):
        model.check_peft_compatible_model()
        assert model.has_peft_compatible_model()
        model.add_adapter(lora(), adapter_name="one")
        stir(model, seed=1)
        model.add_adapter(lora(), adapter_name="two")
        model.set_adapter("one")
    assert mine.active_adapters() == theirs.active_adapters() == ["one"]
    assert mine.active_adapter() == "one"
    assert_same(mine, theirs)
    ours, expected = mine.get_adapter_state_dict("one"), theirs.get_adapter_state_dict("one")
    assert ours.keys() == expected.keys()
    for name in ours:
        torch.testing.assert_close(ours[name], expected[name])
    mine.disable_adapters()
    np.testing.assert_allclose(mine.encode(TEXTS), plain, rtol=0, atol=1e-6)
    mine.enable_adapters()
    assert_same(mine, theirs)
    mine.delete_adapter("one")
    assert "one" not in mine.transformers_model.peft_config


def test_an_adapter_is_loaded_onto_a_model(adapted, tiny_bert, tmp_path):
    adapted.save_pretrained(tmp_path / "model")
    other = SentenceTransformer(tiny_bert, device="cpu")
    other.load_adapter(str(tmp_path / "model"))
    assert_same(other, adapted)


def test_a_pickled_adapter_is_not_opened(adapted, tiny_bert, tmp_path):
    adapted.save_pretrained(tmp_path / "model")
    (tmp_path / "model" / "adapter_model.safetensors").rename(
        tmp_path / "model" / "adapter_model.bin"
    )
    with pytest.raises(PickledWeights):
        SentenceTransformer(tiny_bert, device="cpu").load_adapter(str(tmp_path / "model"))


def test_a_model_without_a_transformer_says_so():
    model = SentenceTransformer(modules=[Normalize()], device="cpu")
    assert not model.has_peft_compatible_model()
    with pytest.raises(ValueError, match="belong to a transformer"):
        model.add_adapter(lora())


def test_a_saved_adapter_names_its_base_model(adapted, tiny_bert, tmp_path):
    adapted.save_pretrained(tmp_path / "model")
    saved = json.loads((tmp_path / "model" / "adapter_config.json").read_text())
    assert saved["base_model_name_or_path"] == str(tiny_bert)
