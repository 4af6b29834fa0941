"""Every loss gives the reference library's value and gradients, weights of its own included."""

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sentence_transformers.sentence_transformer import losses as reference
from sentence_transformers.util import similarity as reference_similarity
from torch import Tensor, nn

from worker.engine import losses, similarity

FAST = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PAIRWISE = (
    "pairwise_cos_sim",
    "pairwise_dot_score",
    "pairwise_manhattan_sim",
    "pairwise_euclidean_sim",
)
ALL_PAIRS = ("cos_sim", "dot_score", "manhattan_sim", "euclidean_sim")

seeds = st.integers(0, 2**31)
rows = st.integers(2, 9)


class GivenEmbeddings(nn.Module):
    """Stands for a model: its features already carry the embedding of the column."""

    device = torch.device("cpu")

    def forward(self, features: dict[str, Tensor]) -> dict[str, Tensor]:
        return features


def columns_of(seed: int, columns: int, batch: int, width: int = 12) -> list[Tensor]:
    """Random embeddings about as long as a model's: 1. Far longer ones, scaled twentyfold, differ
    in the last digits of fp32 by the mere order of a sum."""
    generator = torch.Generator().manual_seed(seed)
    drawn = (torch.randn(batch, width, generator=generator) for _ in range(columns))
    return [column / width**0.5 for column in drawn]


def both(
    ours: nn.Module, theirs: nn.Module, embeddings: list[Tensor], labels: Tensor | None
) -> None:
    """Assert equal values and equal gradients of embeddings and of the losses' own weights."""
    found = [gradients(loss, embeddings, labels) for loss in (ours, theirs)]
    assert len(found[0]) == len(found[1])
    for mine, reference_value in zip(*found, strict=True):
        allowed = 1e-5 * max(1.0, float(reference_value.abs().max()))
        assert float((mine - reference_value).abs().max()) <= allowed


def gradients(loss: nn.Module, embeddings: list[Tensor], labels: Tensor | None) -> list[Tensor]:
    leaves = [column.clone().requires_grad_() for column in embeddings]
    value = loss([{"sentence_embedding": leaf} for leaf in leaves], labels)
    value.backward()
    own = [p.grad for _, p in loss.named_parameters()]
    return [value.detach(), *(leaf.grad for leaf in leaves), *own]


@FAST
@given(
    seed=seeds,
    batch=rows,
    columns=st.integers(2, 4),
    scale=st.sampled_from([1.0, 20.0]),
    sim=st.sampled_from(ALL_PAIRS),
    directions=st.sampled_from(
        [
            ("query_to_doc",),
            ("query_to_doc", "doc_to_query"),
            ("query_to_doc", "query_to_query"),
            ("query_to_doc", "query_to_query", "doc_to_query", "doc_to_doc"),
        ]
    ),
    hardness=st.sampled_from([None, "in_batch_negatives", "hard_negatives", "all_negatives"]),
    strength=st.sampled_from([0.0, 1.0, 9.0]),
)
def test_multiple_negatives_ranking_equals_the_reference(
    seed, batch, columns, scale, sim, directions, hardness, strength
):
    options = {
        "scale": scale,
        "directions": directions,
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
        columns_of(seed, columns, batch),
        None,
    )


@FAST
@given(seed=seeds, batch=rows, columns=st.integers(2, 4))
def test_multiple_negatives_ranking_with_a_partition_a_direction_equals_the_reference(
    seed, batch, columns
):
    options = {"directions": ("query_to_doc", "doc_to_query"), "partition_mode": "per_direction"}
    both(
        losses.MultipleNegativesRankingLoss(GivenEmbeddings(), **options),
        reference.MultipleNegativesRankingLoss(GivenEmbeddings(), **options),
        columns_of(seed, columns, batch),
        None,
    )


@FAST
@given(
    seed=seeds,
    labels=st.lists(st.sampled_from([0.0, 0.2, 0.5, 1.0]), min_size=2, max_size=9),
    scale=st.sampled_from([1.0, 20.0]),
    sim=st.sampled_from(PAIRWISE),
)
def test_cosent_equals_the_reference(seed, labels, scale, sim):
    both(
        losses.CoSENTLoss(GivenEmbeddings(), scale, getattr(similarity, sim)),
        reference.CoSENTLoss(GivenEmbeddings(), scale, getattr(reference_similarity, sim)),
        columns_of(seed, 2, len(labels)),
        torch.tensor(labels),
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
@given(
    seed=seeds,
    batch=rows,
    loss_fct=st.sampled_from([nn.MSELoss(), nn.L1Loss(), nn.HuberLoss()]),
    transformation=st.sampled_from([nn.Identity(), nn.Sigmoid()]),
)
def test_cosine_similarity_equals_the_reference(seed, batch, loss_fct, transformation):
    options = {"loss_fct": loss_fct, "cos_score_transformation": transformation}
    both(
        losses.CosineSimilarityLoss(GivenEmbeddings(), **options),
        reference.CosineSimilarityLoss(GivenEmbeddings(), **options),
        columns_of(seed, 2, batch),
        torch.rand(batch, generator=torch.Generator().manual_seed(seed)),
    )


@FAST
@given(
    seed=seeds,
    batch=rows,
    metric=st.sampled_from(["COSINE", "EUCLIDEAN", "MANHATTAN"]),
    margin=st.sampled_from([0.5, 5.0]),
)
def test_triplet_equals_the_reference(seed, batch, metric, margin):
    both(
        losses.TripletLoss(
            GivenEmbeddings(), getattr(losses.TripletDistanceMetric, metric), margin
        ),
        reference.TripletLoss(
            GivenEmbeddings(), getattr(reference.TripletDistanceMetric, metric), margin
        ),
        columns_of(seed, 3, batch),
        None,
    )


@FAST
@given(
    seed=seeds,
    batch=rows,
    parts=st.tuples(st.booleans(), st.booleans(), st.booleans()).filter(any),
    as_probabilities=st.booleans(),
)
def test_softmax_equals_the_reference(seed, batch, parts, as_probabilities):
    names = ("rep", "difference", "multiplication")
    options = {f"concatenation_sent_{n}": on for n, on in zip(names, parts, strict=True)}
    mine = losses.SoftmaxLoss(GivenEmbeddings(), 12, 3, **options)
    theirs = reference.SoftmaxLoss(GivenEmbeddings(), 12, 3, **options)
    theirs.load_state_dict(mine.state_dict())
    generator = torch.Generator().manual_seed(seed)
    classes = torch.randint(3, (batch,), generator=generator)
    probabilities = torch.rand(batch, 3, generator=generator).softmax(dim=1)
    both(mine, theirs, columns_of(seed, 2, batch), probabilities if as_probabilities else classes)


@pytest.mark.parametrize(
    "make",
    [
        losses.MultipleNegativesRankingLoss,
        losses.CoSENTLoss,
        losses.CosineSimilarityLoss,
        losses.TripletLoss,
        lambda model: losses.SoftmaxLoss(model, 12, 3),
    ],
)
def test_the_settings_of_the_card_equal_the_reference(make):
    mine = make(GivenEmbeddings())
    theirs = {
        "SoftmaxLoss": lambda model: reference.SoftmaxLoss(model, 12, 3),
    }.get(type(mine).__name__, getattr(reference, type(mine).__name__))(GivenEmbeddings())
    expected = theirs.get_config_dict()
    assert {key: mine.get_config_dict()[key] for key in expected}.keys() == expected.keys()
