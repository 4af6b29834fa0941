"""Triplets, given or made within a batch: values and gradients of the reference, and their cost."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers.sentence_transformer import losses as reference

from tests.conformance.losses.harness import (
    FAST,
    GivenEmbeddings,
    both,
    columns_of,
    dtypes,
    rows,
    seeds,
)
from worker.engine import losses

WITH_MARGIN = ("BatchAllTripletLoss", "BatchHardTripletLoss", "BatchSemiHardTripletLoss")
IN_BATCH = (*WITH_MARGIN, "BatchHardSoftMarginTripletLoss")

# One class alone, a class of one text, and as many classes as texts are among them.
classes = st.lists(st.integers(0, 3), min_size=1, max_size=14).map(torch.tensor)
distances = st.sampled_from(["euclidean_distance", "cosine_distance"])


@FAST
@given(
    seed=seeds,
    batch=rows,
    dtype=dtypes,
    metric=st.sampled_from(["COSINE", "EUCLIDEAN", "MANHATTAN"]),
    margin=st.sampled_from([0.5, 5.0]),
)
def test_triplet_equals_the_reference(seed, batch, dtype, metric, margin):
    both(
        *(
            m.TripletLoss(GivenEmbeddings(), getattr(m.TripletDistanceMetric, metric), margin)
            for m in (losses, reference)
        ),
        columns_of(seed, 3, batch, dtype=dtype),
    )


def made(module, name, distance, *margin):
    chosen = getattr(module.BatchHardTripletLossDistanceFunction, distance)
    return getattr(module, name)(GivenEmbeddings(), chosen, *margin)


@FAST
@given(
    seed=seeds,
    labels=classes,
    dtype=dtypes,
    distance=distances,
    margin=st.sampled_from([0.03, 0.3, 5.0]),
    name=st.sampled_from(WITH_MARGIN),
)
def test_batch_triplets_with_a_margin_equal_the_reference(
    seed, labels, dtype, distance, margin, name
):
    both(
        *(made(m, name, distance, margin) for m in (losses, reference)),
        columns_of(seed, 1, len(labels), dtype=dtype),
        labels,
    )


@FAST
@given(seed=seeds, labels=classes, dtype=dtypes, distance=distances)
def test_batch_hard_triplets_with_a_soft_margin_equal_the_reference(seed, labels, dtype, distance):
    both(
        *(made(m, "BatchHardSoftMarginTripletLoss", distance) for m in (losses, reference)),
        columns_of(seed, 1, len(labels), dtype=dtype),
        labels,
    )


@pytest.mark.parametrize("name", IN_BATCH)
@pytest.mark.parametrize("seed", range(3))
def test_a_large_batch_equals_the_reference(name, seed):
    labels = torch.randint(12, (200,), generator=torch.Generator().manual_seed(seed))
    both(
        *(made(m, name, "euclidean_distance") for m in (losses, reference)),
        columns_of(seed, 1, 200),
        labels,
    )


@pytest.mark.parametrize("name", IN_BATCH)
def test_equal_texts_leave_values_and_gradients_finite(name):
    rows_BD = columns_of(0, 1, 2)[0][[0, 0, 1, 1]].requires_grad_()
    loss = getattr(losses, name)(GivenEmbeddings())
    value = loss.compute([rows_BD], torch.tensor([0, 0, 1, 1]))
    value.backward()
    assert torch.isfinite(value)
    assert torch.isfinite(rows_BD.grad).all()


@pytest.mark.parametrize("name", IN_BATCH)
def test_a_batch_of_one_class_holds_no_table_of_triplets(name):
    """With 96 texts of two classes, the triplets are 2 · 48 · 47 · 48; a table of pairs 96²."""
    batch = 96
    kept = []
    rows_BD = columns_of(0, 1, batch)[0].requires_grad_()
    with torch.autograd.graph.saved_tensors_hooks(
        lambda t: kept.append(t.numel()) or t, lambda t: t
    ):
        loss = getattr(losses, name)(GivenEmbeddings())
        loss.compute([rows_BD], torch.arange(batch) % 2).backward()
    assert max(kept) <= batch**2


@pytest.mark.parametrize("name", IN_BATCH)
def test_labels_that_are_not_one_a_row_are_refused(name):
    for module in (losses, reference):
        with pytest.raises(ValueError, match=r"one.+(row|example)"):
            getattr(module, name)(GivenEmbeddings()).compute_loss_from_embeddings(
                columns_of(0, 1, 4), torch.ones(4, 2)
            )


@FAST
@given(seed=seeds, batch=rows, dtype=dtypes, squared=st.booleans())
def test_distances_of_all_rows_equal_the_reference(seed, batch, dtype, squared):
    (x,) = columns_of(seed, 1, batch, dtype=dtype)
    mine, theirs = (m.BatchHardTripletLossDistanceFunction for m in (losses, reference))
    torch.testing.assert_close(
        mine.euclidean_distance(x, squared=squared), theirs.euclidean_distance(x, squared=squared)
    )
    torch.testing.assert_close(mine.eucledian_distance(x), theirs.eucledian_distance(x))
    torch.testing.assert_close(
        mine.cosine_distance(x), theirs.cosine_distance(x), rtol=1e-5, atol=1e-6
    )
