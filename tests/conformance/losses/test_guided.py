"""GIST: the reference's values and gradients, with guides of the same and of another vocabulary."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers.sentence_transformer import losses as reference

from tests.conformance.losses.harness import FAST, seeds
from tests.conformance.losses.test_cached import chunks
from tests.conformance.losses.through_a_model import batches, measured, same_through, texts_of
from tests.tiny_model import write_tiny_bert
from worker.engine import losses
from worker.engine.model import SentenceTransformer

with_options = given(
    seed=seeds,
    batch=batches,
    options=st.fixed_dictionaries(
        {
            "temperature": st.sampled_from([0.01, 0.05]),
            "margin_strategy": st.sampled_from(["absolute", "relative"]),
            "margin": st.sampled_from([0.0, 0.1, -0.05]),
            "contrast_anchors": st.booleans(),
            "contrast_positives": st.booleans(),
        }
    ),
    columns=st.integers(2, 3),
    retokenizes=st.booleans(),
    chunk=chunks,
)


@pytest.fixture(scope="module")
def guides(tmp_path_factory):
    """Ours and theirs, of the same weights, which aren't the learning model's."""
    import sentence_transformers

    folder = write_tiny_bert(tmp_path_factory.mktemp("guide") / "bert", seed=5)
    return (
        SentenceTransformer(folder, device="cpu").double(),
        sentence_transformers.SentenceTransformer(str(folder), device="cpu").double(),
    )


@FAST
@with_options
def test_gist_equals_the_reference(
    ours, theirs, guides, seed, batch, options, columns, retokenizes, chunk
):
    for guide in guides:
        guide.max_seq_length = 6 if retokenizes else 64
    same_through(
        (ours, theirs),
        (
            lambda m: losses.GISTEmbedLoss(m, guides[0], **options),
            lambda m: reference.GISTEmbedLoss(m, guides[1], **options),
        ),
        texts_of(seed, columns, batch),
        dtype=torch.float64,  # a guide's 32 bits would decide by rounding what is left out
    )


@FAST
@with_options
def test_cached_gist_equals_the_reference(
    ours, theirs, guides, seed, batch, options, columns, retokenizes, chunk
):
    for guide in guides:
        guide.max_seq_length = 6 if retokenizes else 64
    same_through(
        (ours, theirs),
        (
            lambda m: losses.CachedGISTEmbedLoss(m, guides[0], **options, **chunk),
            lambda m: reference.CachedGISTEmbedLoss(m, guides[1], **options, **chunk),
        ),
        texts_of(seed, columns + 1, batch),
        dtype=torch.float64,
    )


def test_gist_equals_the_reference_in_32_bits(ours, theirs, guides):
    same_through(
        (ours, theirs),
        (
            lambda m: losses.GISTEmbedLoss(m, guides[0], temperature=0.05),
            lambda m: reference.GISTEmbedLoss(m, guides[1], temperature=0.05),
        ),
        texts_of(11, 3, 6),
    )


def test_the_guide_is_no_part_of_what_learns(ours, guides):
    loss = losses.GISTEmbedLoss(ours, guides[0])
    learning = {id(weight) for weight in loss.parameters()}
    assert learning == {id(weight) for weight in ours.parameters()}
    loss.train()
    assert not guides[0].training
    measured(ours, loss, texts_of(0, 2, 4))
    assert all(weight.grad is None for weight in guides[0].parameters())


def test_a_guide_without_a_tokenizer_is_refused(ours):
    with pytest.raises(ValueError, match="guide must have a tokenizer"):
        losses.GISTEmbedLoss(ours, torch.nn.Linear(2, 2))


def test_an_unknown_margin_strategy_is_refused(ours, guides):
    with pytest.raises(ValueError, match="absolute or relative"):
        losses.GISTEmbedLoss(ours, guides[0], margin_strategy="both")
