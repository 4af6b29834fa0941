"""Pairs that are alike or not: values and gradients of the reference."""

import warnings

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
    drawn,
    dtypes,
    seeds,
)
from worker.engine import losses

METRICS = ("COSINE_DISTANCE", "EUCLIDEAN", "MANHATTAN")
metrics = st.sampled_from(METRICS)
margins = st.sampled_from([0.1, 0.5, 2.0])
alike = st.one_of(
    st.lists(st.sampled_from([0, 1]), min_size=1, max_size=9),
    st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=9),
    st.lists(st.booleans(), min_size=1, max_size=9).map(lambda row: [int(y) for y in row]),
).map(torch.tensor)


def made(module, name, metric, *options):
    chosen = getattr(module.SiameseDistanceMetric, metric)
    return getattr(module, name)(GivenEmbeddings(), chosen, *options)


@FAST
@given(
    seed=seeds, labels=alike, dtype=dtypes, metric=metrics, margin=margins, average=st.booleans()
)
def test_contrastive_equals_the_reference(seed, labels, dtype, metric, margin, average):
    both(
        *(made(m, "ContrastiveLoss", metric, margin, average) for m in (losses, reference)),
        columns_of(seed, 2, len(labels), dtype=dtype),
        labels,
    )


@FAST
@given(seed=seeds, labels=alike, dtype=dtypes, metric=metrics, margin=margins)
def test_online_contrastive_equals_the_reference(seed, labels, dtype, metric, margin):
    both(
        *(made(m, "OnlineContrastiveLoss", metric, margin) for m in (losses, reference)),
        columns_of(seed, 2, len(labels), dtype=dtype),
        labels,
    )


@FAST
@given(
    seed=seeds,
    labels=st.lists(st.sampled_from([0.0, 0.3, 1.0]), min_size=1, max_size=9),
    name=st.sampled_from(["ContrastiveLoss", "OnlineContrastiveLoss"]),
)
@pytest.mark.filterwarnings("ignore:.*labels:UserWarning")
def test_labels_between_0_and_1_count_as_in_the_reference(seed, labels, name):
    made_by = (made(m, name, "COSINE_DISTANCE") for m in (losses, reference))
    both(*made_by, columns_of(seed, 2, len(labels)), torch.tensor(labels))


@pytest.mark.parametrize("name", ["ContrastiveLoss", "OnlineContrastiveLoss"])
def test_labels_other_than_0_and_1_are_warned_of_once(name):
    loss = getattr(losses, name)(GivenEmbeddings())
    with pytest.warns(UserWarning, match="0 and 1"):
        loss.compute(columns_of(0, 2, 4), drawn(0, 4))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss.compute(columns_of(0, 2, 4), drawn(0, 4))


@pytest.mark.parametrize("name", ["ContrastiveLoss", "OnlineContrastiveLoss"])
def test_labels_that_are_not_one_a_row_are_refused(name):
    for module in (losses, reference):
        with pytest.raises(ValueError, match=r"(?s)8.+labels?"):
            getattr(module, name)(GivenEmbeddings()).compute_loss_from_embeddings(
                columns_of(0, 2, 4), torch.ones(4, 2)
            )


@FAST
@given(seed=seeds, batch=st.integers(1, 9), dtype=dtypes, metric=metrics)
def test_distances_of_pairs_equal_the_reference(seed, batch, dtype, metric):
    x, y = columns_of(seed, 2, batch, dtype=dtype)
    mine, theirs = (getattr(m.SiameseDistanceMetric, metric)(x, y) for m in (losses, reference))
    torch.testing.assert_close(mine, theirs)
