"""Embeddings spread over the sphere: values and gradients of the reference."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers.sentence_transformer import losses as reference
from sentence_transformers.util import similarity as reference_similarity

from tests.conformance.losses.harness import (
    ALL_PAIRS,
    FAST,
    GivenEmbeddings,
    both,
    columns_of,
    dtypes,
    seeds,
)
from worker.engine import losses, similarity

weights = st.sampled_from([None, 0.0, 0.3, 1.0])


@FAST
@given(
    seed=seeds,
    batch=st.integers(1, 9),
    dtype=dtypes,
    columns=st.integers(1, 3),
    sim=st.sampled_from(ALL_PAIRS),
    both_weights=st.tuples(weights, weights).filter(any),
    aggregation=st.sampled_from(["mean", "sum"]),
)
def test_global_orthogonal_regularization_equals_the_reference(
    seed, batch, dtype, columns, sim, both_weights, aggregation
):
    options = dict(zip(("mean_weight", "second_moment_weight"), both_weights, strict=True))
    both(
        *(
            m.GlobalOrthogonalRegularizationLoss(
                GivenEmbeddings(), getattr(s, sim), aggregation=aggregation, **options
            )
            for m, s in ((losses, similarity), (reference, reference_similarity))
        ),
        columns_of(seed, columns, batch, dtype=dtype),
    )


def test_orthogonal_embeddings_are_as_they_should_be():
    loss = losses.GlobalOrthogonalRegularizationLoss(GivenEmbeddings())
    assert loss.compute([torch.eye(4)], None) == {"gor_mean": 0, "gor_second_moment": 0}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"mean_weight": 0, "second_moment_weight": None}, "mean_weight"),
        ({"aggregation": "max"}, "aggregation"),
    ],
)
def test_settings_that_the_reference_refuses_are_refused(options, why):
    for module in (losses, reference):
        with pytest.raises(ValueError, match=why):
            module.GlobalOrthogonalRegularizationLoss(GivenEmbeddings(), **options)
