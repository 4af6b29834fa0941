"""Many texts are encoded in batches of nearly one length: the same vectors, hardly any padding."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.tiny_model import sentences
from worker.engine.model import SentenceTransformer
from worker.engine.model.batches import CPU_TOKENS, FEWEST, spans
from worker.engine.model.modules import CNN, Pooling

MANY = sentences(FEWEST + 30, seed=3, most=40)


@given(
    st.lists(st.integers(1, 400), min_size=1, max_size=200),
    st.integers(1, 40),
    st.one_of(st.none(), st.integers(1, 2_000)),
)
def test_spans_have_each_text_once_and_are_as_large_as_they_may_be(lengths, texts, tokens):
    lengths.sort(reverse=True)
    cuts = list(spans(lengths, texts, tokens))
    assert [n for cut in cuts for n in range(cut.start, cut.stop)] == list(range(len(lengths)))
    for cut in cuts:
        count = cut.stop - cut.start
        assert 1 <= count <= texts
        assert count == 1 or tokens is None or count * lengths[cut.start] <= tokens
        may_have_more = cut.stop < len(lengths) and count < texts
        if may_have_more and tokens is not None:
            assert (count + 1) * lengths[cut.start] > tokens
        elif tokens is None:
            assert not may_have_more


def shapes(model, texts, **options):
    """Texts and width of each forward."""
    found = []
    hook = model[0].model.register_forward_pre_hook(
        lambda _module, _args, named: found.append(tuple(named["input_ids"].shape)),
        with_kwargs=True,
    )
    vectors = model.encode(texts, **options)
    hook.remove()
    return vectors, found


def test_the_vectors_are_those_of_each_text_alone(model):
    vectors, found = shapes(model, MANY, batch_size=16)
    alone = np.stack([model.encode(text) for text in MANY])
    np.testing.assert_allclose(vectors, alone, atol=2e-6)
    assert sum(texts for texts, _ in found) == len(MANY)
    assert all(texts <= 16 and texts * width <= CPU_TOKENS for texts, width in found)
    real = model.preprocess(MANY)["attention_mask"].sum()
    assert real / sum(texts * width for texts, width in found) > 0.9


def test_few_texts_are_read_in_the_batches_that_they_always_were(model):
    _, found = shapes(model, MANY[: FEWEST - 1], batch_size=16)
    assert [texts for texts, _ in found] == [16, 16, 16, 15]


def test_what_begins_with_padding_keeps_its_batches(model):
    model.tokenizer.padding_side = "left"
    _, found = shapes(model, MANY, batch_size=16)
    assert [texts for texts, _ in found][:-1] == [16] * (len(MANY) // 16)


def test_a_module_that_may_look_at_padding_keeps_its_batches(model):
    width = model.get_embedding_dimension()
    cnn = CNN(width, out_channels=4)
    reading = SentenceTransformer(
        modules=[model[0], cnn, Pooling(cnn.get_embedding_dimension())], device="cpu"
    )
    _, found = shapes(reading, MANY, batch_size=16)
    assert [texts for texts, _ in found][:-1] == [16] * (len(MANY) // 16)


@pytest.mark.parametrize("value", ["token_embeddings", None])
def test_what_is_wanted_of_each_token_comes_in_order_too(model, value):
    every = model.encode(MANY, output_value=value)
    for place in (0, 41, len(MANY) - 1):
        one = model.encode([MANY[place]], output_value=value)[0]
        ours, alone = (
            (each["sentence_embedding"] if value is None else each) for each in (every[place], one)
        )
        torch.testing.assert_close(ours, alone, atol=2e-6, rtol=1e-5)
