"""Losses that learn from texts alone: the reference's values, gradients and habits."""

import copy
import random

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers.sentence_transformer import losses as reference
from torch import nn

from tests.conformance.losses.harness import FAST, dtypes, seeds
from tests.conformance.losses.through_a_model import (
    batches,
    measured,
    own_weights,
    same_through,
    texts_of,
)
from tests.tiny_model import sentences, write_tiny_bert
from worker.engine import losses
from worker.engine.data.denoising import DenoisingAutoEncoderDataset
from worker.engine.model import SentenceTransformer


@FAST
@given(seed=seeds, batch=batches, labelled=st.booleans(), dtype=dtypes)
def test_contrastive_tension_equals_the_reference(ours, theirs, seed, batch, labelled, dtype):
    one, other = texts_of(seed, 2, batch)
    other[0] = one[0]  # the same text, in a column with other padding
    same_through(
        (ours, theirs),
        (losses.ContrastiveTensionLoss, reference.ContrastiveTensionLoss),
        [one, other],
        torch.tensor([i % 2 for i in range(batch)]) if labelled else None,
        dtype=dtype,
    )


@FAST
@given(
    seed=seeds,
    batch=batches,
    scale=st.sampled_from([1.0, 20.0]),
    columns=st.integers(1, 2),
    dtype=dtypes,
)
def test_contrastive_tension_in_batch_equals_the_reference(
    ours, theirs, seed, batch, scale, columns, dtype
):
    same_through(
        (ours, theirs),
        (
            lambda m: losses.ContrastiveTensionLossInBatchNegatives(m, scale),
            lambda m: reference.ContrastiveTensionLossInBatchNegatives(m, scale),
        ),
        texts_of(seed, columns, batch),
        dtype=dtype,
    )


def test_the_towers_learn_apart(ours):
    loss = losses.ContrastiveTensionLoss(ours)
    found = measured(ours, loss, texts_of(0, 2, 4), torch.tensor([1, 0, 0, 0]))
    assert loss.model2 is ours
    assert found["gradient of model1.0.model.embeddings.word_embeddings.weight"].any()
    assert found["gradient of 0.model.embeddings.word_embeddings.weight"].any()


@pytest.fixture(scope="module")
def denoisers(tiny_bert):
    """Our loss and theirs, each over a model of the same folder."""
    import sentence_transformers

    ours = SentenceTransformer(tiny_bert, device="cpu")
    theirs = sentence_transformers.SentenceTransformer(str(tiny_bert), device="cpu")
    return ours, theirs


@FAST
@given(seed=seeds, batch=batches)
def test_the_denoising_auto_encoder_equals_the_reference(denoisers, seed, batch):
    denoising(denoisers, texts_of(seed, 2, batch), {})


def test_a_decoder_of_its_own_equals_the_reference(denoisers, tmp_path):
    other = write_tiny_bert(tmp_path / "decoder", seed=9)
    options = {"decoder_name_or_path": str(other), "tie_encoder_decoder": False}
    denoising(denoisers, texts_of(5, 2, 5), options)


def denoising(models, columns, options):
    """The weights that both have: the reference names a tied one in the decoder, we in the model."""
    found = []
    pairs = [
        (copy.deepcopy(models[0]).double(), losses.DenoisingAutoEncoderLoss),
        (copy.deepcopy(models[1]).double(), reference.DenoisingAutoEncoderLoss),
    ]
    decoder = None
    for model, kind in pairs:
        loss = kind(model, **options).double()
        decoder = decoder or loss.decoder.state_dict()
        loss.decoder.load_state_dict(decoder)
        values = measured(model, loss.eval(), columns)
        decoders = {f"decoder {n}": w.grad for n, w in loss.decoder.named_parameters()}
        found.append(values | decoders)
    mine, theirs = found
    learned = set(mine) & set(theirs)
    assert len(learned) > 60
    for name in learned:
        if theirs[name] is not None:
            torch.testing.assert_close(mine[name], theirs[name], rtol=0, atol=1e-9, msg=name)


def test_the_tied_decoder_keeps_what_the_encoder_has_learned(tiny_bert):
    model = SentenceTransformer(tiny_bert, device="cpu")
    words = model[0].auto_model.get_input_embeddings().weight
    with torch.no_grad():
        words.add_(1)
    before = words.clone()
    loss = losses.DenoisingAutoEncoderLoss(model)
    assert loss.decoder.get_input_embeddings().weight is words
    assert loss.decoder.get_output_embeddings().weight is words
    assert loss.encoder is model
    assert torch.equal(words, before)
    assert all("crossattention" in n or "cls" in n for n in own_weights(model, loss))


def test_a_decoder_that_isnt_named_is_refused(ours):
    with pytest.raises(ValueError, match="no decoder to take"):
        losses.DenoisingAutoEncoderLoss(ours, tie_encoder_decoder=False)


def test_a_model_without_a_transformer_is_refused():
    with pytest.raises(ValueError, match="begins with a Transformer"):
        losses.DenoisingAutoEncoderLoss(nn.Sequential(nn.Identity()))


def test_one_column_is_refused(denoisers):
    loss = losses.DenoisingAutoEncoderLoss(denoisers[0])
    with pytest.raises(ValueError, match="damaged text and the original"):
        measured(denoisers[0], loss, texts_of(0, 1, 3))


# ---- data


@given(seed=seeds)
def test_what_noise_leaves_is_a_part_of_the_text_in_its_order(seed):
    np.random.seed(seed)
    text = "The cat, black as night, slept; don't wake it (yet)."
    left = DenoisingAutoEncoderDataset.delete(text)
    assert left
    rest = iter(text)
    assert all(letter in rest for letter in left.replace(" ", ""))
    assert " ," not in left
    assert "  " not in left


def test_noise_takes_six_words_of_ten():
    np.random.seed(0)
    text = " ".join(["word"] * 1000)
    lengths = [len(DenoisingAutoEncoderDataset.delete(text).split()) for _ in range(20)]
    assert 380 < sum(lengths) / 20 < 420


def test_noise_leaves_one_word_at_least_and_nothing_of_nothing():
    assert DenoisingAutoEncoderDataset.delete("one two", del_ratio=1.0) in ("one", "two")
    assert DenoisingAutoEncoderDataset.delete("  ") == "  "


def test_damaged_texts_stand_beside_their_originals():
    data = DenoisingAutoEncoderDataset(["one two", "three"], noise_fn=str.upper)
    assert len(data) == 2
    assert data[1].texts == ["THREE", "three"]


@given(pairs=st.integers(1, 4), ratio=st.integers(1, 4), count=st.integers(0, 60))
def test_one_pair_in_so_many_is_a_text_with_itself(pairs, ratio, count):
    texts = [str(i) for i in range(count)]
    loader = losses.ContrastiveTensionDataLoader(texts, pairs * ratio, pos_neg_ratio=ratio)
    found = list(loader)
    theirs = reference.ContrastiveTensionDataLoader(list(texts), pairs * ratio, ratio)
    assert len(found) == len(loader) == len(theirs)
    assert texts == [str(i) for i in range(count)]
    used = []
    for batch in found:
        assert len(batch) == pairs * ratio
        for place, example in enumerate(batch):
            one, other = example.texts
            assert example.label == int(place % ratio == 0) == int(one == other)
            used += [one] if example.label else [one, other]
    assert len(set(used)) == len(used)


def test_each_pass_over_the_pairs_has_an_order_of_its_own():
    random.seed(0)
    loader = losses.ContrastiveTensionDataLoader(sentences(60), 8)
    loader.collate_fn = lambda batch: [example.texts for example in batch]
    assert list(loader) != list(loader)


def test_a_ratio_that_doesnt_divide_the_batch_is_refused():
    with pytest.raises(ValueError, match="8 divides"):
        losses.ContrastiveTensionDataLoader(["a"], batch_size=12)
