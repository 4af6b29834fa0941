"""A model with fewer layers is a model like any other: to us and to the reference library."""

import numpy as np
import pytest
import sentence_transformers

from tests.tiny_architectures import ARCHITECTURES, write_tiny
from tests.tiny_model import sentences
from worker.engine.encoder.layers import every_layer
from worker.engine.model import SentenceTransformer
from worker.engine.model.depth import keep_layers, layer_count
from worker.engine.model.modules import Normalize, Pooling, Transformer
from worker.engine.model.modules.weighted_layer_pooling import WeightedLayerPooling

TEXTS = sentences(12, seed=5)
WHOLE_ONLY = {"albert", "bart", "t5gemma"}
"""ALBERT has one layer that it goes through several times; BART's vectors are its decoder's; T5Gemma
has its depth in a configuration within its own."""


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_what_is_left_of_any_architecture_is_loaded_by_the_reference(name, tmp_path):
    model = SentenceTransformer(write_tiny(name, tmp_path / "whole"), device="cpu")
    if name in WHOLE_ONLY:
        assert layer_count(model) is None
        return
    assert layer_count(model) == 2
    before = model.encode(TEXTS)
    keep_layers(model, 1)
    kept = model.encode(TEXTS)
    assert not np.allclose(before, kept, atol=1e-3)
    model.save_pretrained(str(tmp_path / "smaller"), create_model_card=False)
    theirs = sentence_transformers.SentenceTransformer(str(tmp_path / "smaller"), device="cpu")
    assert theirs[0].auto_model.config.num_hidden_layers == 1
    assert np.allclose(theirs.encode(TEXTS), kept, atol=1e-5)
    again = SentenceTransformer(tmp_path / "smaller", device="cpu")
    assert np.allclose(again.encode(TEXTS), kept, atol=1e-5)


def test_what_is_left_gives_the_vectors_of_that_layer(tiny_bert):
    """As AdaptiveLayerLoss taught them: those that its layer gives in the whole model."""
    model = SentenceTransformer(tiny_bert, device="cpu").eval()
    layers_BLD = every_layer(model, model.preprocess(TEXTS)).detach().numpy()
    keep_layers(model, 1)
    assert np.allclose(model.encode(TEXTS), layers_BLD[:, 1], atol=1e-5)


def test_fewer_dimensions_and_fewer_layers_go_together(tiny_bert, tmp_path):
    model = SentenceTransformer(tiny_bert, device="cpu")
    keep_layers(model, 1)
    expected = model.encode(TEXTS)[:, :16]
    model.truncate_dim = 16
    model.save_pretrained(str(tmp_path), create_model_card=False)
    theirs = sentence_transformers.SentenceTransformer(str(tmp_path), device="cpu")
    assert theirs.get_embedding_dimension() == 16
    assert np.allclose(theirs.encode(TEXTS), expected, atol=1e-5)


def test_no_layer_is_left_out_that_another_module_looks_at(tiny_bert):
    transformer = Transformer(str(tiny_bert), config_kwargs={"output_hidden_states": True})
    pooling = WeightedLayerPooling(32, num_hidden_layers=2, layer_start=1)
    model = SentenceTransformer(modules=[transformer, pooling, Pooling(32)], device="cpu")
    assert layer_count(model) is None
    with pytest.raises(ValueError, match="can be left out"):
        keep_layers(model, 1)


@pytest.mark.parametrize("count", [0, 3])
def test_more_layers_than_there_are_cant_be_kept(tiny_bert, count):
    transformer = Transformer(str(tiny_bert))
    model = SentenceTransformer(modules=[transformer, Pooling(32), Normalize()], device="cpu")
    with pytest.raises(ValueError, match="has 2 layers"):
        keep_layers(model, count)
