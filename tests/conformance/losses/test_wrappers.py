"""Wrappers around losses and around each other: the reference's values and gradients."""

import logging
import random

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers.sentence_transformer import losses as reference
from torch import nn

from tests.conformance.losses.harness import FAST, assert_same, dtypes, seeds
from tests.conformance.losses.test_guided import guides  # noqa: F401  # a fixture
from tests.conformance.losses.through_a_model import batches, measured, same_through, texts_of
from worker.engine import losses
from worker.engine.model import SentenceTransformer

widths = st.lists(st.sampled_from([32, 16, 8, 4]), min_size=1, max_size=4, unique=True)
layers = st.fixed_dictionaries(
    {
        "n_layers_per_step": st.sampled_from([-1, 1, 2]),
        "last_layer_weight": st.sampled_from([1.0, 0.5]),
        "prior_layers_weight": st.sampled_from([1.0, 0.25]),
        "kl_div_weight": st.sampled_from([1.0, 0.5]),
        "kl_temperature": st.sampled_from([0.3, 1.0, 0.0]),
        "layer_weighting": st.sampled_from(["uniform", "log", "linear", lambda layer: layer + 0.5]),
    }
)


class Foreign(nn.Module):
    """A person's own loss, which knows nothing of ours: both libraries have to wrap it."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, sentence_features, labels):
        a, b = (self.model(features)["sentence_embedding"] for features in sentence_features)
        return (a - b).abs().mean() + (a * b).sum(dim=-1).var()


INNER = {
    "ranking": (lambda kind, m: kind.MultipleNegativesRankingLoss(m), 3),
    "cached": (lambda kind, m: kind.CachedMultipleNegativesRankingLoss(m, mini_batch_size=2), 3),
    "margin": (lambda kind, m: kind.MegaBatchMarginLoss(m, mini_batch_size=3), 2),
    "foreign": (lambda kind, m: Foreign(m), 2),
}
CACHED = ("cached", "margin")


def scores(seed, batch, dtype):
    return torch.rand(batch, generator=torch.Generator().manual_seed(seed)).to(dtype)


@pytest.mark.parametrize("inner", INNER)
@FAST
@given(seed=seeds, batch=batches, dims=widths, drawn=st.sampled_from([-1, 1, 2]), dtype=dtypes)
def test_matryoshka_equals_the_reference(ours, theirs, inner, seed, batch, dims, drawn, dtype):
    make, columns = INNER[inner]
    weights = [1 + i / 2 for i, _ in enumerate(dims)]
    same_through(
        (ours, theirs),
        (
            lambda m: losses.MatryoshkaLoss(m, make(losses, m), dims, weights, drawn),
            lambda m: reference.MatryoshkaLoss(m, make(reference, m), dims, weights, drawn),
        ),
        texts_of(seed, columns, batch),
        dtype=dtype,
        seed=seed,
    )


@FAST
@given(seed=seeds, batch=batches, dims=widths, cached=st.booleans())
def test_matryoshka_around_a_guided_loss_equals_the_reference(
    ours,
    theirs,
    guides,  # noqa: F811
    seed,
    batch,
    dims,
    cached,
):
    for guide in guides:
        guide.max_seq_length = 64

    def made(kind, model, guide):
        if cached:
            # The reference can't wrap its cached GIST: wrap the plain one, whose values it shares.
            plain = kind is reference
            loss = kind.GISTEmbedLoss if plain else kind.CachedGISTEmbedLoss
            return kind.MatryoshkaLoss(model, loss(model, guide), dims)
        return kind.MatryoshkaLoss(model, kind.GISTEmbedLoss(model, guide), dims)

    same_through(
        (ours, theirs),
        (lambda m: made(losses, m, guides[0]), lambda m: made(reference, m, guides[1])),
        texts_of(seed, 3, batch),
        dtype=torch.float64,
    )


@pytest.mark.parametrize("shape", ["B×D", "B×N×D"])
def test_matryoshka_cuts_a_teachers_embeddings_alike(ours, theirs, shape):
    labels = torch.rand(4, 32) if shape == "B×D" else torch.rand(4, 2, 32)
    same_through(
        (ours, theirs),
        (
            lambda m: losses.MatryoshkaLoss(m, losses.MSELoss(m), [32, 8]),
            lambda m: reference.MatryoshkaLoss(m, reference.MSELoss(m), [32, 8]),
        ),
        texts_of(3, 2, 4),
        labels,
    )


@pytest.mark.parametrize("inner", ["ranking", "foreign"])
@FAST
@given(seed=seeds, batch=batches, options=layers, dtype=dtypes)
def test_adaptive_layer_equals_the_reference(ours, theirs, inner, seed, batch, options, dtype):
    make, columns = INNER[inner]
    same_through(
        (ours, theirs),
        (
            lambda m: losses.AdaptiveLayerLoss(m, make(losses, m), **options),
            lambda m: reference.AdaptiveLayerLoss(m, make(reference, m), **options),
        ),
        texts_of(seed, columns, batch),
        dtype=dtype,
        seed=seed,
    )


@FAST
@given(seed=seeds, batch=batches, dims=widths, options=layers, dtype=dtypes)
def test_matryoshka_2d_equals_the_reference(ours, theirs, seed, batch, dims, options, dtype):
    """A small scale, for it multiplies the rounding of what is zero by law: a key's bias."""
    same_through(
        (ours, theirs),
        (
            lambda m: losses.Matryoshka2dLoss(m, losses.CoSENTLoss(m, 2.0), dims, **options),
            lambda m: reference.Matryoshka2dLoss(m, reference.CoSENTLoss(m, 2.0), dims, **options),
        ),
        texts_of(seed, 2, batch),
        scores(seed, batch, dtype),
        dtype=dtype,
        seed=seed,
    )


@pytest.mark.parametrize("inner", INNER)
def test_layers_of_a_cached_loss_are_those_of_the_plain_one(ours, inner):
    make, columns = INNER[inner]
    texts = texts_of(5, columns, 5)
    plain = losses.AdaptiveLayerLoss(ours.double(), make(losses, ours), n_layers_per_step=1)
    plain.encoding = losses.Loss.encoding
    expected = measured(ours, plain, texts, seed=3)
    assert_same(measured(ours, plain.cached(mini_batch_size=2), texts, seed=3), expected, 1e-9)


def test_wrappers_read_each_text_once(ours):
    forwards = []
    ours[0].register_forward_pre_hook(lambda *_: forwards.append(1))
    for inner in (losses.MultipleNegativesRankingLoss(ours), Foreign(ours)):
        forwards.clear()
        measured(
            ours,
            losses.Matryoshka2dLoss(ours, inner, [32, 16], n_dims_per_step=-1),
            texts_of(0, 2, 4),
        )
        assert len(forwards) == 2


def test_a_loss_with_parts_keeps_them(ours):
    inner = losses.GlobalOrthogonalRegularizationLoss(ours)
    texts = texts_of(0, 2, 4)
    wide, narrow = (
        measured(ours, losses.MatryoshkaLoss(ours, inner, [dim]), texts) for dim in (32, 8)
    )
    both = measured(ours, losses.MatryoshkaLoss(ours, inner, [32, 8], [1, 2]), texts)
    for name in ("value of gor_mean", "value of gor_second_moment"):
        torch.testing.assert_close(both[name], wide[name] + 2 * narrow[name])
    parts = measured(ours, losses.AdaptiveLayerLoss(ours, inner), texts)
    assert "value of layers_kl" in parts


def test_layers_are_drawn_evenly(ours):
    loss = losses.AdaptiveLayerLoss(ours, losses.CoSENTLoss(ours), n_layers_per_step=2)
    random.seed(0)
    drawn = [frozenset(loss._drawn(before_last=4)) for _ in range(600)]
    assert {len(layers) for layers in drawn} == {2}
    assert len(set(drawn)) == 6
    assert min(drawn.count(pair) for pair in set(drawn)) > 60


@pytest.mark.parametrize("dims", [[], [0, 8], [64]])
def test_widths_that_the_model_doesnt_have_are_refused(ours, dims):
    with pytest.raises(ValueError, match="matryoshka_dims"):
        losses.MatryoshkaLoss(ours, losses.CoSENTLoss(ours), dims)


def test_weights_of_another_number_are_refused(ours):
    with pytest.raises(ValueError, match="matryoshka_weights has 1 values"):
        losses.MatryoshkaLoss(ours, losses.CoSENTLoss(ours), [32, 16], [1])


def test_a_width_that_isnt_trained_is_told(ours, caplog):
    with caplog.at_level(logging.WARNING):
        losses.MatryoshkaLoss(ours, losses.CoSENTLoss(ours), [16])
    assert "lacks the model's own width, 32" in caplog.text


def test_a_module_that_hides_its_model_is_refused(ours):
    with pytest.raises(ValueError, match="none of its attributes is the model"):
        losses.MatryoshkaLoss(ours, nn.MSELoss(), [32])


def test_a_foreign_loss_has_its_model_back_afterwards(ours):
    foreign = Foreign(ours)
    measured(ours, losses.MatryoshkaLoss(ours, foreign, [32, 8]), texts_of(0, 2, 4))
    assert foreign.model is ours


def test_layers_of_a_model_without_layers_are_refused(ours):
    rest = SentenceTransformer(modules=list(ours)[1:], device="cpu")
    loss = losses.AdaptiveLayerLoss(rest, losses.CoSENTLoss(rest))
    with pytest.raises(ValueError, match="begins with a Transformer"):
        loss([{"token_embeddings": torch.rand(2, 3, 32)}] * 2)


def test_an_unknown_layer_weighting_is_refused(ours):
    with pytest.raises(ValueError, match="uniform, log, linear"):
        losses.AdaptiveLayerLoss(ours, losses.CoSENTLoss(ours), layer_weighting="square")
