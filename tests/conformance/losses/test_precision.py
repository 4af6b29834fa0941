"""Where the reference leaves float64, and why: there, and only there, 1e-9 can't be asked.

The embeddings and the labels of a batch are in 64 bits. A trainer's labels are in 32, so that all
other tests of this folder give such labels and hold 1e-9 without exception.
"""

import pytest
import torch
from sentence_transformers.sentence_transformer import losses as reference

from tests.conformance.losses.harness import (
    WIDTH,
    GivenEmbeddings,
    both,
    columns_of,
    drawn,
)
from worker.engine import losses

SEED, BATCH = 3, 8
EXACT = torch.float64
SCORES = drawn(SEED, BATCH, dtype=EXACT) / 3  # thirds have no end in 32 bits
CLASSES = torch.arange(BATCH) % 3

LEAVES_FLOAT64 = {
    "ContrastiveLoss": "casts labels to 32 bits; of 0 and 1 nothing is lost",
    "CosineSimilarityLoss": "casts labels to 32 bits",
}

# Columns and labels of each loss, and what its constructor needs beside the model.
GIVEN = {
    "AnglELoss": (2, SCORES),
    "BatchAllTripletLoss": (1, CLASSES),
    "BatchHardSoftMarginTripletLoss": (1, CLASSES),
    "BatchHardTripletLoss": (1, CLASSES),
    "BatchSemiHardTripletLoss": (1, CLASSES),
    "CoSENTLoss": (2, SCORES),
    "ContrastiveLoss": (2, SCORES),
    "CosineSimilarityLoss": (2, SCORES),
    "DistillKLDivLoss": (4, SCORES.outer(torch.tensor([1.0, 2.0, 5.0], dtype=EXACT))),
    "EmbedDistillLoss": (2, drawn(SEED, BATCH, WIDTH, dtype=EXACT) / 3),
    "GlobalOrthogonalRegularizationLoss": (2, None),
    "MSELoss": (2, drawn(SEED, BATCH, WIDTH, dtype=EXACT) / 3),
    "MarginMSELoss": (3, SCORES),
    "MultipleNegativesRankingLoss": (3, None),
    "MultipleNegativesSymmetricRankingLoss": (3, None),
    "OnlineContrastiveLoss": (2, CLASSES % 2),
    "SoftmaxLoss": (2, torch.stack([SCORES, 1 - SCORES], dim=1)),
    "TripletLoss": (3, None),
}
FILLED = {
    "SoftmaxLoss": {"embedding_dimension": WIDTH, "num_labels": 2},
    "ContrastiveLoss": {"size_average": False},  # a mean divides the rounding by 8 too
}

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*labels:UserWarning"),
    pytest.mark.filterwarnings("ignore:.*SymmetricRankingLoss:DeprecationWarning"),
]


def compare(name, digits):
    columns, labels = GIVEN[name]
    mine, theirs = (
        getattr(m, name)(GivenEmbeddings(), **FILLED.get(name, {})) for m in (losses, reference)
    )
    both(mine, theirs, columns_of(SEED, columns, BATCH, dtype=EXACT), labels, digits)


@pytest.mark.parametrize("name", sorted(GIVEN.keys() - LEAVES_FLOAT64.keys()))
def test_a_loss_equals_the_reference_in_64_bits_throughout(name):
    compare(name, 1e-9)


@pytest.mark.parametrize("name", LEAVES_FLOAT64)
def test_where_the_reference_leaves_64_bits_only_its_rounding_is_between_us(name):
    compare(name, 1e-6)
    with pytest.raises(AssertionError, match="apart"):
        compare(name, 1e-9)
