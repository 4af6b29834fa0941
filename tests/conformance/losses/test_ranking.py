"""Ranking among the texts of a batch: values and gradients of the reference."""

import logging

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
    rows,
    seeds,
)
from worker.engine import losses, similarity

EVERY_DIRECTION = ("query_to_doc", "query_to_query", "doc_to_query", "doc_to_doc")


@FAST
@given(
    seed=seeds,
    batch=rows,
    dtype=dtypes,
    columns=st.integers(2, 4),
    scale=st.sampled_from([1.0, 20.0]),
    sim=st.sampled_from(ALL_PAIRS),
    others=st.sets(st.sampled_from(EVERY_DIRECTION[1:])),
    hardness=st.sampled_from([None, "in_batch_negatives", "hard_negatives", "all_negatives"]),
    strength=st.sampled_from([0.0, 1.0, 9.0]),
)
def test_multiple_negatives_ranking_equals_the_reference(
    seed, batch, dtype, columns, scale, sim, others, hardness, strength
):
    options = {
        "scale": scale,
        "directions": ("query_to_doc", *sorted(others)),
        "hardness_mode": hardness,
        "hardness_strength": strength,
    }
    both(
        losses.MultipleNegativesRankingLoss(
            GivenEmbeddings(), similarity_fct=getattr(similarity, sim), **options
        ),
        reference.MultipleNegativesRankingLoss(
            GivenEmbeddings(), similarity_fct=getattr(reference_similarity, sim), **options
        ),
        columns_of(seed, columns, batch, dtype=dtype),
    )


@FAST
@given(
    seed=seeds,
    batch=rows,
    dtype=dtypes,
    columns=st.integers(2, 4),
    directions=st.sampled_from([("query_to_doc",), ("doc_to_query", "query_to_doc")]),
    hardness=st.sampled_from([None, "all_negatives"]),
)
def test_a_partition_for_each_direction_equals_the_reference(
    seed, batch, dtype, columns, directions, hardness
):
    options = {
        "directions": directions,
        "partition_mode": "per_direction",
        "hardness_mode": hardness,
        "hardness_strength": 2.0,
    }
    both(
        losses.MultipleNegativesRankingLoss(GivenEmbeddings(), **options),
        reference.MultipleNegativesRankingLoss(GivenEmbeddings(), **options),
        columns_of(seed, columns, batch, dtype=dtype),
    )


@FAST
@given(seed=seeds, batch=rows, dtype=dtypes, columns=st.integers(2, 4))
def test_the_query_is_the_first_argument_of_the_similarity_as_in_the_reference(
    seed, batch, dtype, columns
):
    def lopsided(a, b):
        return (a @ b.T) * a.norm(dim=1, keepdim=True)

    both(
        losses.MultipleNegativesRankingLoss(
            GivenEmbeddings(), similarity_fct=lopsided, directions=EVERY_DIRECTION
        ),
        reference.MultipleNegativesRankingLoss(
            GivenEmbeddings(), similarity_fct=lopsided, directions=EVERY_DIRECTION
        ),
        columns_of(seed, columns, batch, dtype=dtype),
    )


@FAST
@given(
    seed=seeds,
    batch=rows,
    dtype=dtypes,
    columns=st.integers(2, 4),
    scale=st.sampled_from([1.0, 20.0]),
    sim=st.sampled_from(ALL_PAIRS),
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_multiple_negatives_symmetric_ranking_equals_the_reference(
    seed, batch, dtype, columns, scale, sim
):
    both(
        losses.MultipleNegativesSymmetricRankingLoss(
            GivenEmbeddings(), scale, getattr(similarity, sim)
        ),
        reference.MultipleNegativesSymmetricRankingLoss(
            GivenEmbeddings(), scale, getattr(reference_similarity, sim)
        ),
        columns_of(seed, columns, batch, dtype=dtype),
    )


def test_the_name_of_before_says_what_to_write_now():
    with pytest.warns(DeprecationWarning, match='directions=\\("query_to_doc", "doc_to_query"\\)'):
        losses.MultipleNegativesSymmetricRankingLoss(GivenEmbeddings())


WRONG = {
    "an unknown direction": {"directions": ("query_to_doc", "sideways")},
    "no direction": {"directions": ()},
    "none with the right answer": {"directions": ("doc_to_query",)},
    "an unknown partition": {"partition_mode": "each"},
    "a partition without its right answer": {
        "directions": ("query_to_doc", "doc_to_doc"),
        "partition_mode": "per_direction",
    },
    "an unknown hardness": {"hardness_mode": "soft"},
    "a strength below 0": {"hardness_strength": -1.0},
    "a scale of 0": {"scale": 0.0},
}


@pytest.mark.parametrize("case", WRONG)
def test_settings_that_the_reference_refuses_are_refused(case):
    for module in (losses, reference):
        with pytest.raises(ValueError, match=r".+"):
            module.MultipleNegativesRankingLoss(GivenEmbeddings(), **WRONG[case])


def test_a_hardness_without_strength_is_warned_of(caplog):
    with caplog.at_level(logging.WARNING):
        losses.MultipleNegativesRankingLoss(GivenEmbeddings(), hardness_mode="hard_negatives")
    assert "hardness_strength is 0" in caplog.text


def test_one_column_is_refused():
    with pytest.raises(ValueError, match="two columns"):
        losses.MultipleNegativesRankingLoss(GivenEmbeddings()).compute([torch.eye(3)], None)
