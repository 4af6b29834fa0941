"""Pairs with a score: values and gradients of the reference, and what holds of them."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers.sentence_transformer import losses as reference
from sentence_transformers.util import similarity as reference_similarity
from torch import nn

from tests.conformance.losses.harness import (
    FAST,
    PAIRWISE,
    GivenEmbeddings,
    both,
    columns_of,
    drawn,
    dtypes,
    rows,
    seeds,
)
from worker.engine import losses, similarity

scales = st.sampled_from([1.0, 20.0])
scores = st.one_of(
    st.lists(st.sampled_from([0.0, 0.2, 0.5, 1.0]), min_size=1, max_size=9),
    st.lists(st.integers(-9, 9), min_size=1, max_size=9),
    st.lists(st.booleans(), min_size=1, max_size=9),
).map(torch.tensor)

# The reference puts labels in 32 bits, and torch's Huber loss takes no two precisions at once.
precise_losses = st.one_of(
    st.tuples(dtypes, st.sampled_from([nn.MSELoss(), nn.L1Loss()])),
    st.tuples(st.just(torch.float32), st.just(nn.HuberLoss())),
)


@FAST
@given(seed=seeds, labels=scores, dtype=dtypes, scale=scales, sim=st.sampled_from(PAIRWISE))
def test_cosent_equals_the_reference(seed, labels, dtype, scale, sim):
    both(
        losses.CoSENTLoss(GivenEmbeddings(), scale, getattr(similarity, sim)),
        reference.CoSENTLoss(GivenEmbeddings(), scale, getattr(reference_similarity, sim)),
        columns_of(seed, 2, len(labels), dtype=dtype),
        labels,
    )


@FAST
@given(seed=seeds, labels=st.lists(st.integers(-9, 9), min_size=2, max_size=9))
def test_cosent_heeds_only_the_order_of_the_scores(seed, labels):
    embeddings = columns_of(seed, 2, len(labels))
    loss = losses.CoSENTLoss(GivenEmbeddings())
    as_they_are = loss.compute(embeddings, torch.tensor(labels, dtype=torch.float32))
    stretched = loss.compute(embeddings, torch.tensor(labels, dtype=torch.float32) * 4 + 7)
    torch.testing.assert_close(as_they_are, stretched)


@FAST
@given(seed=seeds, batch=rows, dtype=dtypes)
def test_cosent_is_the_sum_of_its_formula(seed, batch, dtype):
    embeddings, y_B = columns_of(seed, 2, batch, dtype=dtype), drawn(seed, batch).round(decimals=1)
    s_B = 20 * similarity.pairwise_cos_sim(*embeddings)
    ordered = (y_B[:, None] > y_B[None, :]).to(dtype)
    plain = torch.log(1 + (ordered * torch.exp(s_B[None, :] - s_B[:, None])).sum())
    torch.testing.assert_close(losses.CoSENTLoss(GivenEmbeddings()).compute(embeddings, y_B), plain)


@FAST
@given(seed=seeds, labels=scores, dtype=dtypes, scale=scales, width=st.sampled_from([11, 12]))
def test_angle_equals_the_reference(seed, labels, dtype, scale, width):
    both(
        losses.AnglELoss(GivenEmbeddings(), scale),
        reference.AnglELoss(GivenEmbeddings(), scale),
        columns_of(seed, 2, len(labels), width, dtype),
        labels,
    )


@FAST
@given(
    seed=seeds,
    batch=rows,
    dtype=dtypes,
    columns=st.integers(3, 5),
    labelled=st.booleans(),
)
def test_angle_with_negatives_equals_the_reference(seed, batch, dtype, columns, labelled):
    both(
        losses.AnglELoss(GivenEmbeddings()),
        reference.AnglELoss(GivenEmbeddings()),
        columns_of(seed, columns, batch, dtype=dtype),
        drawn(seed, batch).round(decimals=1) if labelled else None,
    )


@FAST
@given(seed=seeds, batch=rows, dtype=dtypes, width=st.integers(2, 13))
def test_the_angle_of_rows_equals_the_reference(seed, batch, dtype, width):
    x, y = columns_of(seed, 2, batch, width, dtype)
    torch.testing.assert_close(
        similarity.pairwise_angle_sim(x, y), reference_similarity.pairwise_angle_sim(x, y)
    )


@FAST
@given(
    seed=seeds,
    batch=rows,
    precise=precise_losses,
    transformation=st.sampled_from([nn.Identity(), nn.Sigmoid()]),
    as_column=st.booleans(),
)
def test_cosine_similarity_equals_the_reference(seed, batch, precise, transformation, as_column):
    dtype, loss_fct = precise
    options = {"loss_fct": loss_fct, "cos_score_transformation": transformation}
    both(
        losses.CosineSimilarityLoss(GivenEmbeddings(), **options),
        reference.CosineSimilarityLoss(GivenEmbeddings(), **options),
        columns_of(seed, 2, batch, dtype=dtype),
        drawn(seed, batch, 1) if as_column else drawn(seed, batch),
    )


@pytest.mark.parametrize("name", ["CoSENTLoss", "AnglELoss", "CosineSimilarityLoss"])
@pytest.mark.parametrize("labels", [torch.ones(3), torch.ones(4, 2)], ids=["too few", "a list"])
def test_labels_that_are_not_one_a_row_are_refused(name, labels):
    for module in (losses, reference):
        with pytest.raises(ValueError, match=r"one.+(row|example)"):
            getattr(module, name)(GivenEmbeddings()).compute_loss_from_embeddings(
                columns_of(0, 2, 4), labels
            )


@pytest.mark.parametrize("name", ["CoSENTLoss", "AnglELoss", "CosineSimilarityLoss"])
def test_missing_labels_are_named(name):
    with pytest.raises(ValueError, match="Name that column label or score"):
        getattr(losses, name)(GivenEmbeddings()).compute(columns_of(0, 2, 4), None)


def test_cosent_of_many_rows_holds_no_table_of_pairs():
    """20 000² floats are 1.6 GB; what one backward pass keeps must be far below."""
    batch = 20_000
    kept = []
    a, b = (column.requires_grad_() for column in columns_of(0, 2, batch, width=4))
    with torch.autograd.graph.saved_tensors_hooks(
        lambda t: kept.append(t.numel()) or t, lambda t: t
    ):
        loss = losses.CoSENTLoss(GivenEmbeddings()).compute([a, b], drawn(0, batch))
    loss.backward()
    assert max(kept) <= batch * 4
