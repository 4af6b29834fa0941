"""`encode` and what stands around it give what the reference library gives."""

import copy
import inspect

import numpy as np
import pytest
import sentence_transformers
import torch
from datasets import Dataset
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from transformers import BertModel

import likewise
from tests.tiny_model import sentences
from worker.engine.evaluation import TripletEvaluator
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules import Pooling, Transformer

TEXTS = [*sentences(40, seed=3), "", "x " * 300]
PAIRS = [("the cat", "who is it"), ("a", "b c d")]
ONE_TEXT = "the cat sat"

OTHER_BATCHES = 1e-5
"""How far apart sums may come out that were taken in other batches, padded to other lengths."""

INPUTS = {
    "many": TEXTS,
    "one": ONE_TEXT,
    "a tuple": tuple(TEXTS[:3]),
    "an array": np.array(TEXTS[:3]),
    "pairs": PAIRS,
    "a dict": {"text": ONE_TEXT},
    "dicts": [{"text": text} for text in TEXTS[:3]],
    "none": [],
    "a column": Dataset.from_dict({"a": TEXTS[:5]})["a"],
}
OPTIONS = [
    {},
    {"convert_to_tensor": True},
    {"convert_to_numpy": False},
    {"output_value": "token_embeddings"},
    {"output_value": None},
    {"output_value": "token_embeddings", "precision": "ubinary"},
    {"normalize_embeddings": True, "truncate_dim": 5, "batch_size": 7},
    {"prompt": "who is "},
    {"prompt_name": "query"},
    {"task": "query"},
    {"precision": "binary"},
    {"precision": "ubinary", "convert_to_tensor": True},
]


@pytest.fixture
def both(tiny_bert):
    given = {"device": "cpu", "prompts": {"query": "who is ", "passage": "see "}}
    return (
        SentenceTransformer(tiny_bert, **given),
        sentence_transformers.SentenceTransformer(str(tiny_bert), **given),
    )


def assert_same(mine, theirs, atol=1e-6):
    assert type(mine) is type(theirs)
    if isinstance(theirs, list):
        assert len(mine) == len(theirs)
        for one, other in zip(mine, theirs, strict=True):
            assert_same(one, other, atol)
    elif isinstance(theirs, dict):
        for name in theirs.keys() - {"modality", "prompt_length"}:
            assert_same(mine[name], theirs[name], atol)
    else:
        assert mine.dtype == theirs.dtype
        np.testing.assert_allclose(np.asarray(mine), np.asarray(theirs), rtol=0, atol=atol)


@pytest.mark.parametrize("inputs", INPUTS)
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_encode_gives_the_same_values_of_the_same_kind(inputs, options, both):
    mine, theirs = both
    assert_same(mine.encode(INPUTS[inputs], **options), theirs.encode(INPUTS[inputs], **options))


@pytest.mark.parametrize("method", ["encode", "encode_query", "encode_document"])
def test_each_way_to_encode_uses_the_same_prompt(method, both):
    mine, theirs = (getattr(model, method) for model in both)
    assert_same(mine(TEXTS), theirs(TEXTS))
    assert_same(mine(TEXTS, prompt="the "), theirs(TEXTS, prompt="the "))
    assert_same(mine(sentences=TEXTS), theirs(TEXTS))


@settings(max_examples=15, deadline=None)
@given(
    texts=st.lists(st.text(max_size=30), min_size=2, max_size=12),
    precision=st.sampled_from(["float32", "int8", "uint8", "binary", "ubinary"]),
    batch_size=st.integers(1, 5),
)
def test_any_texts_are_quantised_alike(shared, texts, precision, batch_size):
    mine, theirs = (model.encode(texts, precision=precision, batch_size=batch_size)
                    for model in shared)  # fmt: skip
    atol = 1e-6 if precision == "float32" else 0
    assert_same(mine, theirs, atol)


@pytest.fixture(scope="module")
def shared(tiny_bert):
    return (
        SentenceTransformer(tiny_bert, device="cpu"),
        sentence_transformers.SentenceTransformer(str(tiny_bert), device="cpu"),
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"inputs": [1, 2]},
        {"inputs": None},
        {"inputs": ["a", None]},
        {"inputs": ["a"], "batch_size": 0},
        {"inputs": ["a"], "precision": "int4"},
        {"inputs": ["a"], "prompt_name": "nonsense"},
        {"inputs": ["a"], "nonsense": 1},
        {"inputs": "a", "precision": "int8"},
        {"inputs": ["a"], "pool": {"processes": []}, "chunk_size": 0},
    ],
    ids=str,
)
def test_what_cannot_be_encoded_is_refused_by_both(wrong, both):
    for model in both:
        with pytest.raises(ValueError, match=r"\w"):
            model.encode(**wrong)


@pytest.mark.slow
def test_several_processes_give_the_same_vectors(both):
    mine, theirs = both
    expected = theirs.encode(TEXTS)
    pool = mine.start_multi_process_pool(["cpu", "cpu"])
    try:
        assert_same(mine.encode(TEXTS, pool=pool, chunk_size=5), expected, OTHER_BATCHES)
        assert_same(mine.encode_multi_process(TEXTS, pool), expected, OTHER_BATCHES)
        tokens = mine.encode(TEXTS[:4], pool=pool, output_value="token_embeddings")
        assert_same(
            tokens, theirs.encode(TEXTS[:4], output_value="token_embeddings"), OTHER_BATCHES
        )
        with pytest.raises(ValueError, match="gives input_ids"):
            mine.encode(TEXTS, pool=pool, output_value="nonsense")
        for process in pool["processes"]:
            process.kill()
        with pytest.raises(RuntimeError, match="processes died"):
            mine.encode(TEXTS, pool=pool)
    finally:
        SentenceTransformer.stop_multi_process_pool(pool)


@pytest.mark.slow
def test_a_list_of_devices_is_a_pool_for_once(both):
    mine, theirs = both
    vectors = mine.encode(TEXTS, device=["cpu", "cpu"], convert_to_tensor=True)
    assert_same(vectors, theirs.encode(TEXTS, convert_to_tensor=True), OTHER_BATCHES)
    assert mine.encode([], device=["cpu"]).shape == (0,)


def test_a_model_without_pooling_says_what_it_lacks(tiny_bert):
    model = SentenceTransformer(modules=[Transformer(tiny_bert)], device="cpu")
    assert model.encode(["a cat"], output_value="token_embeddings")[0].dim() == 2
    with pytest.raises(ValueError, match=r"Put a Pooling behind"):
        model.encode(["a cat"])


def test_the_mode_is_as_before_and_dropout_off(both):
    mine, theirs = both
    mine.train()
    assert_same(mine.encode(TEXTS), theirs.encode(TEXTS))
    assert mine.training


def test_vectors_of_half_precision_keep_it(tiny_bert):
    options = {"device": "cpu", "model_kwargs": {"dtype": torch.bfloat16}}
    mine = SentenceTransformer(tiny_bert, **options)
    theirs = sentence_transformers.SentenceTransformer(str(tiny_bert), **options)
    assert mine.dtype == theirs.dtype == torch.bfloat16
    for options in ({}, {"convert_to_tensor": True}):
        ours, expected = mine.encode(TEXTS, **options), theirs.encode(TEXTS, **options)
        assert ours.dtype == expected.dtype
        assert float(abs(ours - expected).max()) <= 0.05


def test_what_a_model_says_of_itself_is_the_same(both):
    mine, theirs = both
    for name in (
        "modalities", "max_seq_length", "dtype", "device", "default_huggingface_organization",
        "model_type", "SUPPORTED_SIMILARITY_FN_NAMES", "similarity_fn_name", "prompts",
    ):  # fmt: skip
        assert getattr(mine, name) == getattr(theirs, name), name
    for method in (
        "get_backend", "get_model_kwargs", "get_max_seq_length", "get_embedding_dimension",
        "get_sentence_embedding_dimension", "has_peft_compatible_model",
    ):  # fmt: skip
        assert getattr(mine, method)() == getattr(theirs, method)(), method
    assert mine.config.to_dict() == theirs.config.to_dict()
    assert isinstance(mine.transformers_model, BertModel)
    assert mine.tokenizer is mine.processor
    for asked in ("text", "image", ("image", "text")):
        assert mine.supports(asked) is theirs.supports(asked)
    for inputs in (*INPUTS.values(), np.array(["a"], dtype=object)):
        assert mine.is_singular_input(inputs) is theirs.is_singular_input(inputs)
    assert mine.model_card_data_class.__name__ == theirs.model_card_data_class.__name__


def test_settings_are_changed_alike(both):
    for model in both:
        model.similarity_fn_name = "dot"
        model.max_seq_length = 5
        model.set_pooling_include_prompt(False)
        model.prompts = {"query": "the "}
        model.config = copy.deepcopy(model.config)
    mine, theirs = both
    assert_same(mine.encode_query(TEXTS), theirs.encode_query(TEXTS))
    for name in ("truncate_embeddings", "truncate_sentence_embeddings"):
        with getattr(mine, name)(6), getattr(theirs, name)(6):
            assert mine.get_embedding_dimension() == theirs.get_embedding_dimension() == 6
            assert_same(mine.encode(TEXTS), theirs.encode(TEXTS))
    vectors = mine.encode(TEXTS[:9])
    assert_same(mine.similarity(vectors, vectors), theirs.similarity(vectors, vectors))
    pairwise = mine.similarity_pairwise(vectors, vectors[::-1].copy())
    assert_same(pairwise, theirs.similarity_pairwise(vectors, vectors[::-1].copy()))
    with pytest.raises(ValueError, match="maxsim"):
        mine.similarity_fn_name = "maxsim"


def test_texts_become_the_same_features(both):
    mine, theirs = both
    for method in ("preprocess", "tokenize"):
        ours = getattr(mine, method)(TEXTS[:4])
        expected = getattr(theirs, method)(TEXTS[:4])
        for name in ("input_ids", "attention_mask"):
            torch.testing.assert_close(ours[name], expected[name])
    examples = [
        sentence_transformers.InputExample(texts=["a b", "c"], label=0.5),
        sentence_transformers.InputExample(texts=["the", "cat sat"], label=1.0),
    ]
    ours, labels = mine.smart_batching_collate(examples)
    expected, their_labels = theirs.smart_batching_collate(examples)
    torch.testing.assert_close(labels, their_labels)
    for one, other in zip(ours, expected, strict=True):
        torch.testing.assert_close(one["input_ids"], other["input_ids"])


def test_an_evaluator_is_run_on_the_model(both, tmp_path):
    mine, _ = both
    judge = TripletEvaluator(TEXTS[:5], TEXTS[:5], TEXTS[5:10], name="dev")
    found = mine.evaluate(judge, str(tmp_path / "new" / "folder"))
    assert found == judge(mine)
    assert list((tmp_path / "new" / "folder").iterdir())


def test_activations_can_be_made_again_instead_of_kept(both):
    mine, _ = both
    mine.gradient_checkpointing_enable({"use_reentrant": False})
    assert mine.transformers_model.is_gradient_checkpointing


def test_a_model_is_loaded_by_its_old_name_too(both, tmp_path):
    mine, _ = both
    mine.save(str(tmp_path / "model"))
    assert_same(SentenceTransformer.load(str(tmp_path / "model")).encode(TEXTS), mine.encode(TEXTS))


def test_a_module_of_ones_own_with_tokenize_alone_begins_a_model(both):
    class Letters(nn.Module):
        def tokenize(self, texts):
            return {"lengths": torch.tensor([[float(len(text))] for text in texts])}

        def forward(self, features):
            return {**features, "sentence_embedding": features["lengths"]}

        def get_sentence_features(self, tokens, longest):
            return {"tokens": tokens[:longest]}

    model = SentenceTransformer(modules=[Letters()], device="cpu")
    np.testing.assert_allclose(model.encode(["a", "bcd"], prompt="xx"), [[3], [5]])
    assert model.get_sentence_features([1, 2, 3], 2) == {"tokens": [1, 2]}
    for name in ("transformers_model", "config", "dtype", "max_seq_length"):
        assert getattr(model, name) is None
    assert model.get_embedding_dimension() is None


def test_modules_added_later_follow_the_first(tiny_bert):
    first = Transformer(str(tiny_bert), model_kwargs={"dtype": torch.float64})
    model = SentenceTransformer(modules=[first, Pooling(32)], device="cpu")
    model.append(nn.Linear(2, 2))
    model.clear_placement_cache()
    assert model[2].weight.dtype == torch.float64


def test_arguments_of_before_are_taken(tiny_bert):
    model = SentenceTransformer(
        str(tiny_bert), device="cpu", tokenizer_kwargs={"model_max_length": 9}, use_auth_token=False
    )
    assert model.max_seq_length == 9
    with pytest.raises(ValueError, match="torch"):
        SentenceTransformer(str(tiny_bert), backend="onnx")
    with pytest.raises(ValueError, match="empty"):
        SentenceTransformer(modules=[])


def test_the_mean_of_two_models_lies_between_them(both, tiny_bert):
    mine, _ = both
    other = SentenceTransformer(tiny_bert, device="cpu")
    with torch.no_grad():
        for weight in other.parameters():
            weight.add_(0.1)
    merged = SentenceTransformer.merge([mine, other], parameters={"weight": [3, 1]})
    for name, weight in merged.state_dict().items():
        if weight.is_floating_point():
            torch.testing.assert_close(weight, mine.state_dict()[name] + 0.025)
    assert merged.prompts == mine.prompts
    with pytest.raises(ValueError, match="mergekit"):
        SentenceTransformer.merge([mine, other], method="slerp")
    with pytest.raises(ValueError, match="two models"):
        SentenceTransformer.merge([mine])


def test_every_method_of_the_reference_takes_what_it_takes_there():
    for name in ("encode", "encode_query", "encode_document", "push_to_hub", "save_pretrained"):
        theirs = inspect.signature(
            getattr(sentence_transformers.SentenceTransformer, name)
        ).parameters
        ours = inspect.signature(getattr(SentenceTransformer, name)).parameters
        assert list(ours)[: len(theirs)] == list(theirs)


@pytest.mark.parametrize("library", [sentence_transformers, likewise])
@pytest.mark.parametrize("method", ["encode_query", "encode_document"])
def test_a_class_with_an_encode_of_its_own_has_it_called_for_queries_too(
    tiny_bert, library, method
):
    class Shouting(library.SentenceTransformer):
        def encode(self, inputs, **kwargs):
            return super().encode([text.upper() for text in inputs], **kwargs)

    model = Shouting(str(tiny_bert), device="cpu")
    expected = library.SentenceTransformer.encode(model, ["A TEXT"])
    np.testing.assert_array_equal(getattr(model, method)(["a text"]), expected)
