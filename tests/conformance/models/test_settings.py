"""What a Transformer's folder may say beside the checkpoint, what is refused, and what never runs."""

import json

import numpy as np
import pytest
import sentence_transformers
import torch
from sentence_transformers import models as reference

from likewise import models
from tests.tiny_model import sentences, write_tiny_bert
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules import Transformer
from worker.engine.model.problems import WrongModelFile

TEXTS = [*sentences(20, seed=4, most=30), "x " * 90]


def rewrite(path, **changes):
    config = json.loads(path.read_text()) if path.is_file() else {}
    path.write_text(json.dumps(config | changes))


@pytest.fixture
def saved(tmp_path):
    folder = write_tiny_bert(tmp_path / "bert")
    SentenceTransformer(folder, device="cpu").save_pretrained(
        tmp_path / "saved", create_model_card=False
    )
    return tmp_path / "saved"


SETTINGS = {
    "processing_kwargs": {"text": {"max_length": 7}, "common": {"padding": "max_length"}},
    "query_length": 5,
    "document_length": 9,
}


@pytest.mark.parametrize("library", [models, reference], ids=["ours", "theirs"])
@pytest.mark.parametrize(
    "names", [["processing_kwargs"], ["query_length", "document_length"]], ids=str
)
def test_how_texts_are_cut_is_saved_and_read_by_both(library, names, tiny_bert, tmp_path):
    transformer = library.Transformer(str(tiny_bert), **{name: SETTINGS[name] for name in names})
    kind = SentenceTransformer if library is models else sentence_transformers.SentenceTransformer
    kind(modules=[transformer, library.Pooling(32)], device="cpu").save_pretrained(
        str(tmp_path), create_model_card=False
    )
    mine = SentenceTransformer(tmp_path, device="cpu")[0]
    theirs = sentence_transformers.SentenceTransformer(str(tmp_path), device="cpu")[0]
    for task in (None, "query", "document"):
        expected = theirs.preprocess(TEXTS, task=task)
        found = mine.preprocess(TEXTS, task=task)
        torch.testing.assert_close(found["input_ids"], expected["input_ids"])
        asked = {"processing_kwargs": {"text": {"max_length": 6}}}
        torch.testing.assert_close(
            mine.preprocess(TEXTS, task=task, **asked)["input_ids"],
            theirs.preprocess(TEXTS, task=task, **asked)["input_ids"],
        )
    limited = mine.preprocess(TEXTS, task="query", max_length=4)["input_ids"]
    if "query_length" in names:
        torch.testing.assert_close(
            limited, theirs.preprocess(TEXTS, task="query", max_length=4)["input_ids"]
        )


def test_what_old_releases_wrote_for_from_pretrained_is_heeded(saved):
    rewrite(
        saved / "sentence_bert_config.json",
        tokenizer_args={"padding_side": "left"},
        config_args={"output_hidden_states": True},
    )
    mine = SentenceTransformer(saved, device="cpu")
    theirs = sentence_transformers.SentenceTransformer(str(saved), device="cpu")
    np.testing.assert_allclose(mine.encode(TEXTS), theirs.encode(TEXTS), rtol=0, atol=1e-5)
    assert mine.tokenizer.padding_side == theirs.tokenizer.padding_side == "left"
    assert mine[0].config.output_hidden_states


def test_what_a_caller_says_wins_over_the_folder(saved):
    rewrite(saved / "sentence_bert_config.json", tokenizer_args={"padding_side": "left"})
    read = Transformer.read(saved, processor_kwargs={"padding_side": "right"})
    assert read.tokenizer.padding_side == "right"


def test_a_limit_that_a_caller_gives_the_tokenizer_wins(saved):
    asked = {"processor_kwargs": {"model_max_length": 7}}
    mine = Transformer.read(saved, **asked)
    theirs = reference.Transformer.load(str(saved), **asked)
    assert mine.max_seq_length == theirs.max_seq_length == 7
    assert Transformer(saved, max_seq_length=5).max_seq_length == 5


@pytest.fixture
def with_code(saved):
    """A model whose configuration names code in its folder, which leaves a trace when it runs."""
    trace = saved / "trace"
    (saved / "theirs.py").write_text(
        "from transformers import BertConfig\n"
        f"open({str(trace)!r}, 'w').close()\n"
        "class OwnConfig(BertConfig):\n    model_type = 'of-their-own'\n"
    )
    rewrite(
        saved / "config.json",
        model_type="of-their-own",
        auto_map={"AutoConfig": "theirs.OwnConfig"},
    )
    return saved


def test_code_that_comes_with_a_model_is_never_run(with_code):
    rewrite(
        with_code / "sentence_bert_config.json",
        config_args={"trust_remote_code": True},
        model_args={"trust_remote_code": True},
        tokenizer_args={"trust_remote_code": True},
    )
    with pytest.raises(WrongModelFile):
        SentenceTransformer(with_code, device="cpu")
    assert not (with_code / "trace").exists()


def test_code_that_comes_with_a_model_runs_where_the_caller_trusts_it(
    with_code, tmp_path, monkeypatch
):
    cache = str(tmp_path / "code")
    monkeypatch.setattr("transformers.dynamic_module_utils.HF_MODULES_CACHE", cache)
    with pytest.raises(WrongModelFile, match="OwnConfig"):  # a configuration without its model
        Transformer(with_code, config_kwargs={"trust_remote_code": True})
    assert (with_code / "trace").exists()


@pytest.mark.parametrize("key", ["attn_implementation", "_attn_implementation"])
def test_a_kernel_on_the_hub_that_a_file_names_is_not_fetched(key, saved):
    rewrite(saved / "config.json", **{key: "somebody/kernel"})
    rewrite(saved / "sentence_bert_config.json", model_args={key: "somebody/kernel"})
    model = SentenceTransformer(saved, device="cpu")
    assert model[0].config._attn_implementation == "sdpa"


@pytest.mark.parametrize(
    "setting",
    [
        {"modality_config": {"image": {"method": "forward", "method_output_name": "logits"}}},
        {"transformer_task": "fill-mask"},
        {"query_expansion": {"strategy": "fixed", "length": 32}},
    ],
    ids=lambda setting: next(iter(setting)),
)
def test_a_model_of_another_kind_is_told(setting, saved, tiny_bert):
    rewrite(saved / "sentence_bert_config.json", **setting)
    with pytest.raises(WrongModelFile, match=next(iter(setting))):
        SentenceTransformer(saved)
    with pytest.raises(ValueError, match=next(iter(setting))):
        Transformer(tiny_bert, **setting)


def test_what_the_reference_saves_of_a_text_model_is_of_our_kind(tiny_bert, tmp_path):
    transformer = reference.Transformer(str(tiny_bert))
    assert (
        Transformer(
            tiny_bert,
            modality_config=transformer.modality_config,
            module_output_name=transformer.module_output_name,
            transformer_task=transformer.transformer_task,
            backend=transformer.backend,
        ).get_embedding_dimension()
        == 32
    )


def test_gradients_may_be_computed_again_instead_of_kept(tiny_bert):
    model = SentenceTransformer(tiny_bert, device="cpu").train()
    found = []
    for again in (False, True):
        if again:
            model[0].auto_model.gradient_checkpointing_enable()
        model.zero_grad()
        model(model.preprocess(TEXTS))["sentence_embedding"].square().sum().backward()
        found.append([weight.grad for weight in model.parameters() if weight.grad is not None])
    # Layers that run again take the texts in buckets, the others in one row: other sums, in 32 bits.
    torch.testing.assert_close(*found, rtol=1e-5, atol=1e-5)


def test_a_transformer_is_found_on_the_hub_by_its_name_and_keeps_it(hub_cache):
    name = "likewise-tests/tiny-bert"
    found = Transformer(
        name,
        max_seq_length=12,
        model_kwargs={"cache_dir": str(hub_cache / "hub"), "local_files_only": True},
    )
    assert found.max_seq_length == 12
    assert found.model.name_or_path == found.config.name_or_path == name


def test_a_tokenizer_may_come_from_elsewhere(saved, tmp_path):
    repo = tmp_path / "hub" / "models--likewise-tests--words"
    (repo / "refs").mkdir(parents=True)
    (repo / "refs" / "main").write_text("1" * 40)
    tokenizer = Transformer(saved, processor_kwargs={"padding_side": "left"}).tokenizer
    tokenizer.save_pretrained(repo / "snapshots" / ("1" * 40))
    asked = {"cache_dir": str(tmp_path / "hub"), "local_files_only": True}
    found = Transformer(saved, tokenizer_name_or_path="likewise-tests/words", model_kwargs=asked)
    assert found.tokenizer.padding_side == "left"
