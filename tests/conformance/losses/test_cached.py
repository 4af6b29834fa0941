"""Gradient caching changes the memory, not the loss: against the reference, and against itself."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers.sentence_transformer import losses as reference
from sentence_transformers.util import similarity as reference_similarity
from torch import nn

from tests.conformance.losses.harness import FAST, assert_same, dtypes, seeds
from tests.conformance.losses.through_a_model import batches, measured, same_through, texts_of
from worker.engine import losses, similarity
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules import StaticEmbedding

chunks = st.one_of(
    st.builds(lambda n: {"mini_batch_size": n}, st.integers(1, 8)),
    st.builds(
        lambda n, t: {"mini_batch_size": n, "mini_batch_num_tokens": t},
        st.integers(1, 8),
        st.integers(1, 60),
    ),
)


@FAST
@given(
    seed=seeds,
    batch=batches,
    columns=st.integers(2, 4),
    chunk=chunks,
    sim=st.sampled_from(["cos_sim", "dot_score"]),
    directions=st.sampled_from(
        [
            ("query_to_doc",),
            ("query_to_doc", "doc_to_query"),
            ("query_to_doc", "query_to_query", "doc_to_query", "doc_to_doc"),
        ]
    ),
    hardness=st.sampled_from([None, "in_batch_negatives", "hard_negatives", "all_negatives"]),
    dtype=dtypes,
)
def test_cached_ranking_equals_the_reference(
    ours, theirs, seed, batch, columns, chunk, sim, directions, hardness, dtype
):
    options = {
        "scale": 1.0 if sim == "dot_score" else 20.0,
        "directions": directions,
        "hardness_mode": hardness,
        "hardness_strength": 2.0,
        **chunk,
    }
    same_through(
        (ours, theirs),
        (
            lambda m: losses.CachedMultipleNegativesRankingLoss(
                m, similarity_fct=getattr(similarity, sim), **options
            ),
            lambda m: reference.CachedMultipleNegativesRankingLoss(
                m, similarity_fct=getattr(reference_similarity, sim), **options
            ),
        ),
        texts_of(seed, columns, batch),
        dtype=dtype,
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@FAST
@given(seed=seeds, batch=batches, chunk=chunks, dtype=dtypes)
def test_the_cached_symmetric_loss_equals_the_reference(ours, theirs, seed, batch, chunk, dtype):
    same_through(
        (ours, theirs),
        (
            lambda m: losses.CachedMultipleNegativesSymmetricRankingLoss(m, **chunk),
            lambda m: reference.CachedMultipleNegativesSymmetricRankingLoss(m, **chunk),
        ),
        texts_of(seed, 2, batch),
        dtype=dtype,
    )


@FAST
@given(
    seed=seeds,
    batch=batches,
    chunk=chunks,
    cached=st.booleans(),
    margins=st.sampled_from([(0.8, 0.3), (0.99, -0.5)]),
    dtype=dtypes,
)
def test_mega_batch_margin_equals_the_reference(
    ours, theirs, seed, batch, chunk, cached, margins, dtype
):
    options = {"use_mini_batched_version": cached, **chunk}
    same_through(
        (ours, theirs),
        (
            lambda m: losses.MegaBatchMarginLoss(m, *margins, **options),
            lambda m: reference.MegaBatchMarginLoss(m, *margins, **options),
        ),
        texts_of(seed, 2, batch),
        dtype=dtype,
    )


def test_mega_batch_margin_refuses_a_third_column(ours):
    with pytest.raises(ValueError, match="two columns"):
        measured(ours, losses.MegaBatchMarginLoss(ours), texts_of(0, 3, 4))


def with_dropout(model, probability=0.2):
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = probability
    return model.train()


class InHalfPrecision(nn.Module):
    """The loss under autocast, whose backward pass comes after it, as in a trainer."""

    def __init__(self, loss, enabled):
        super().__init__()
        self.loss = loss
        self.enabled = enabled

    def forward(self, sentence_features, labels):
        with torch.autocast("cpu", torch.bfloat16, enabled=self.enabled):
            return self.loss(sentence_features, labels)


ANY_LOSS = {
    "ranking": (lambda m: losses.MultipleNegativesRankingLoss(m), 3, None),
    "scores": (lambda m: losses.CoSENTLoss(m), 2, torch.tensor([0.1, 0.9, 0.4, 0.6, 0.2])),
    "classes": (lambda m: losses.SoftmaxLoss(m, 32, 3), 2, torch.tensor([0, 1, 2, 1, 0])),
    "triplet": (lambda m: losses.TripletLoss(m), 3, None),
}


@pytest.mark.parametrize("name", ANY_LOSS)
def test_any_loss_can_be_cached(ours, name):
    make, columns, labels = ANY_LOSS[name]
    loss = make(ours.double()).double()
    labels = labels.double() if name == "scores" else labels
    texts = texts_of(7, columns, 5)
    plain = measured(ours, loss, texts, labels)
    assert_same(measured(ours, loss.cached(mini_batch_size=2), texts, labels), plain, 1e-9)


@pytest.mark.parametrize("halved", [False, True])
def test_dropout_and_precision_are_the_same_the_second_time(ours, monkeypatch, halved):
    loss = InHalfPrecision(
        losses.MultipleNegativesRankingLoss(with_dropout(ours)).cached(2), halved
    )
    texts = texts_of(3, 2, 5)
    cached = measured(ours, loss, texts)
    monkeypatch.setattr(
        "worker.engine.encoder.cached.checkpoint", lambda read, *given, **_: read(*given)
    )  # the same chunks, whose activations are kept
    kept = measured(ours, loss, texts)
    assert [name for name in kept if not torch.equal(cached[name], kept[name])] == []
    assert cached["value of loss"] != measured(ours, loss, texts, seed=1)["value of loss"]


def test_what_is_drawn_after_the_loss_doesnt_depend_on_the_backward_pass(ours):
    loss = losses.MultipleNegativesRankingLoss(with_dropout(ours)).cached(2)
    torch.manual_seed(0)
    value = loss([ours.preprocess(texts) for texts in texts_of(3, 2, 5)])
    before = torch.get_rng_state()
    value.backward()
    assert torch.equal(before, torch.get_rng_state())


def test_two_forwards_may_come_before_the_first_backward(ours):
    loss = losses.CachedMultipleNegativesRankingLoss(ours.double(), mini_batch_size=2)
    one, other = texts_of(1, 2, 4), texts_of(2, 2, 5)
    apart = [measured(ours, loss, texts) for texts in (one, other)]
    ours.zero_grad()
    first, second = (loss([ours.preprocess(list(t)) for t in texts]) for texts in (one, other))
    first.backward()
    second.backward()
    for name, weight in ours.named_parameters():
        key = f"gradient of {name}"
        expected = apart[0][key] + apart[1][key]
        torch.testing.assert_close(
            torch.zeros_like(weight) if weight.grad is None else weight.grad, expected
        )


def test_a_scaled_loss_scales_every_gradient(ours):
    loss = losses.CachedMultipleNegativesRankingLoss(ours.double(), mini_batch_size=2)
    texts = texts_of(1, 2, 5)
    plain, scaled = (measured(ours, loss, texts, outer_scale=s) for s in (1.0, 1024.0))
    for name in plain:
        if name.startswith("gradient"):
            torch.testing.assert_close(scaled[name], plain[name] * 1024)


def test_without_gradients_each_text_is_read_once(ours):
    rows = []
    ours.register_forward_pre_hook(lambda _, given: rows.append(len(given[0]["input_ids"])))
    loss = losses.CachedMultipleNegativesRankingLoss(ours, mini_batch_size=2)
    features = [ours.preprocess(texts) for texts in texts_of(1, 2, 5)]
    with torch.no_grad():
        value = loss(features)
    assert rows == [2, 2, 1, 2, 2, 1]
    assert not value.requires_grad
    loss(features).backward()
    assert rows[6:] == [2, 2, 1, 2, 2, 1, 1, 2, 2, 1, 2, 2]


def test_scores_are_made_for_a_few_rows_at_a_time(ours):
    tables = []

    def spied(queries, documents):
        tables.append((len(queries), len(documents)))
        return similarity.cos_sim(queries, documents)

    loss = losses.CachedMultipleNegativesRankingLoss(ours, similarity_fct=spied, mini_batch_size=2)
    measured(ours, loss, texts_of(1, 2, 5))
    assert tables == [(2, 5), (2, 5), (1, 5), (1, 5), (2, 5), (2, 5)]  # and again, from the last on


@pytest.mark.parametrize("name", ["mini_batch_size", "mini_batch_num_tokens"])
def test_a_chunk_of_nothing_is_refused(ours, name):
    with pytest.raises(ValueError, match=f"{name} is 1 or more"):
        losses.CachedMultipleNegativesRankingLoss(ours, **{name: 0})


def test_a_model_whose_texts_cant_be_told_apart_is_refused(ours):
    static = StaticEmbedding(ours.tokenizer, embedding_dim=8)
    model = SentenceTransformer(modules=[static], device="cpu")
    for make in (
        losses.CachedMultipleNegativesRankingLoss,
        losses.MegaBatchMarginLoss,
        lambda m: losses.MatryoshkaLoss(m, losses.CoSENTLoss(m), [8]).cached(),
    ):
        with pytest.raises(ValueError, match="Take the loss without caching"):
            make(model)
    measured(
        model, losses.MegaBatchMarginLoss(model, use_mini_batched_version=False), texts_of(0, 2, 4)
    )
