"""Whatever modules a model is made of, it survives both libraries' disks."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
import sentence_transformers
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise import models
from likewise.models.tokenizer import WhitespaceTokenizer
from tests.tiny_model import WORDS, sentences
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules.pooling import POOLINGS

TEXTS = [*sentences(9, seed=8), "the"]
ACTIVATIONS = [torch.nn.Tanh(), torch.nn.GELU(), torch.nn.ReLU6(), torch.nn.Softsign(), None]


@st.composite
def over_tokens(draw, width, has_lengths):
    """Modules that change the vectors of tokens, and the width of those that leave."""
    stack = []
    kinds = ["dense", "normalize", "cnn", *(["lstm"] if has_lengths else [])]
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=2)):
        if kind == "dense":
            out = draw(st.integers(2, 9))
            stack.append(models.Dense(width, out, module_input_name="token_embeddings"))
            width = out
        elif kind == "normalize":
            stack.append(models.Normalize(module_input_name="token_embeddings"))
        elif kind == "cnn":
            stack.append(models.CNN(width, out_channels=3, kernel_sizes=[1, 3]))
            width = 6
        else:
            stack.append(models.LSTM(width, hidden_dim=4, bidirectional=draw(st.booleans())))
            width = stack[-1].get_embedding_dimension()
    return stack, width


@st.composite
def over_texts(draw, width):
    """Modules that change the vector of a text."""
    stack = []
    for kind in draw(st.lists(st.sampled_from(["dense", "norm", "layer", "dropout"]), max_size=4)):
        if kind == "dense":
            out = draw(st.integers(2, 9))
            options = {
                "bias": draw(st.booleans()),
                "activation_function": draw(st.sampled_from(ACTIVATIONS)),
                "use_residual": draw(st.booleans()),
            }
            stack.append(models.Dense(width, out, **options))
            width = out
        else:
            layer = models.LayerNorm(width) if kind == "layer" else models.Dropout(0.3)
            stack.append(models.Normalize() if kind == "norm" else layer)
    return stack


@st.composite
def stacks(draw, bert):
    """A model from texts to vectors; of two routes in every third case."""
    if draw(st.integers(0, 2)) == 0:
        routes = {name: draw(routes_of(bert)) for name in ("query", "document")}
        return [models.Router(routes, default_route=draw(st.sampled_from([None, *routes])))]
    return draw(routes_of(bert))


@st.composite
def routes_of(draw, bert):
    if draw(st.booleans()):
        first, width = models.Transformer(bert, max_seq_length=draw(st.integers(4, 40))), 32
    else:
        tokenizer = WhitespaceTokenizer(["PADDING_TOKEN", *WORDS], stop_words=["over"])
        first, width = models.WordEmbeddings(tokenizer, torch.randn(len(WORDS) + 1, 6)), 6
    has_lengths = isinstance(first, models.WordEmbeddings)
    tokens, width = draw(over_tokens(width, has_lengths))
    known = [mode for mode in POOLINGS if mode != "cls" or not has_lengths]  # theirs fails on words
    mode = draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True))
    pooling = models.Pooling(width, mode, include_prompt=draw(st.booleans()))
    texts = draw(over_texts(pooling.get_embedding_dimension()))
    return [first, *tokens, pooling, *texts]


@pytest.mark.filterwarnings("ignore")
@given(data=st.data(), seed=st.integers(0, 99))
@settings(max_examples=12, deadline=None)
def test_a_model_of_any_modules_survives_saving_by_us_and_by_the_reference(data, seed, tiny_bert):
    torch.manual_seed(seed)
    model = SentenceTransformer(modules=data.draw(stacks(tiny_bert)), device="cpu")
    tasks = ["query", "document", None] if isinstance(model[0], models.Router) else [None]
    expected = [model.encode(TEXTS, task=task) for task in tasks]
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder) / "ours", Path(folder) / "theirs"
        model.save_pretrained(str(ours), create_model_card=False)
        reference = sentence_transformers.SentenceTransformer(str(ours), device="cpu")
        reference.save_pretrained(str(theirs), create_model_card=False)
        for loaded in (reference, SentenceTransformer(theirs, device="cpu")):
            for task, vectors in zip(tasks, expected, strict=True):
                found = loaded.encode(TEXTS, task=task)
                np.testing.assert_allclose(found, vectors, rtol=0, atol=1e-5)
