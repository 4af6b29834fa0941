"""What the losses tell the model card: the settings by the reference's names, and whom to cite."""

import re
from functools import partial

import pytest
from sentence_transformers.sentence_transformer import losses as reference

from tests.conformance.losses.harness import GivenEmbeddings
from worker.engine import losses, similarity
from worker.engine.losses.distances import SiameseDistanceMetric, TripletDistanceMetric
from worker.engine.losses.names import function_name, member_name

pytestmark = pytest.mark.filterwarnings(
    "ignore:MultipleNegativesSymmetricRankingLoss:DeprecationWarning",
    "ignore:The MultipleNegativesSymmetricRankingLoss:DeprecationWarning",
)

FILLED = {"SoftmaxLoss": {"embedding_dimension": 12, "num_labels": 3}}
OF_EMBEDDINGS = (
    "AnglELoss",
    "BatchAllTripletLoss",
    "BatchHardSoftMarginTripletLoss",
    "BatchHardTripletLoss",
    "BatchSemiHardTripletLoss",
    "CoSENTLoss",
    "ContrastiveLoss",
    "CosineSimilarityLoss",
    "DistillKLDivLoss",
    "EmbedDistillLoss",
    "GlobalOrthogonalRegularizationLoss",
    "MSELoss",
    "MarginMSELoss",
    "MultipleNegativesRankingLoss",
    "MultipleNegativesSymmetricRankingLoss",
    "OnlineContrastiveLoss",
    "SoftmaxLoss",
    "TripletLoss",
)


@pytest.mark.parametrize("name", OF_EMBEDDINGS)
def test_the_settings_of_the_card_are_those_of_the_reference(name):
    mine, theirs = (
        getattr(m, name)(GivenEmbeddings(), **FILLED.get(name, {})).get_config_dict()
        for m in (losses, reference)
    )
    as_json = {key: list(v) if isinstance(v, tuple) else v for key, v in theirs.items()}
    assert mine == as_json


@pytest.mark.parametrize("name", OF_EMBEDDINGS)
def test_whom_the_reference_cites_we_cite(name):
    mine, theirs = (
        getattr(m, name)(GivenEmbeddings(), **FILLED.get(name, {})) for m in (losses, reference)
    )
    assert keys(mine.citation)
    assert keys(getattr(theirs, "citation", mine.citation)) == keys(mine.citation)


def keys(citation: str) -> list[str]:
    return re.findall(r"@\w+\{([^,]+),", citation)


@pytest.mark.parametrize(
    ("directions", "partition"),
    [
        (("query_to_doc", "query_to_query", "doc_to_query", "doc_to_doc"), "joint"),
        (("query_to_doc", "doc_to_query"), "per_direction"),
        (("query_to_doc", "doc_to_query"), "joint"),
    ],
)
def test_the_citation_follows_the_directions(directions, partition):
    mine, theirs = (
        m.MultipleNegativesRankingLoss(
            GivenEmbeddings(), directions=directions, partition_mode=partition
        )
        for m in (losses, reference)
    )
    assert keys(mine.citation) == keys(theirs.citation)
    assert mine.temperature == theirs.temperature


def test_separate_temperatures_are_told_where_they_differ_as_in_the_reference():
    mine, theirs = (
        m.DistillKLDivLoss(GivenEmbeddings(), student_temperature=2.0).get_config_dict()
        for m in (losses, reference)
    )
    assert mine == theirs


class Scorer:
    similarity_fn_name = "dot"

    def similarity(self, a, b):
        return a @ b.T


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (similarity.cos_sim, "cos_sim"),
        (partial(similarity.cos_sim), "cos_sim"),
        (partial(similarity.cos_sim, b=2), "cos_sim(b=2)"),
        (Scorer().similarity, "dot_score"),
        (Scorer(), "Scorer"),
    ],
)
def test_a_function_is_called_on_the_card_what_a_reader_would(function, name):
    assert function_name(function) == name


def test_a_distance_is_told_with_its_class():
    assert member_name(SiameseDistanceMetric, SiameseDistanceMetric.MANHATTAN) == (
        "SiameseDistanceMetric.MANHATTAN"
    )
    assert member_name(TripletDistanceMetric, similarity.cos_sim) == "cos_sim"
