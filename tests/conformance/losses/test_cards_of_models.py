"""What losses that need a real model tell the card: the reference's settings, and whom to cite."""

import re

import pytest
from sentence_transformers.sentence_transformer import losses as reference

from worker.engine import losses

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

WIDTHS = [32, 16]
MAKE = {
    "AdaptiveLayerLoss": lambda kind, m: kind.AdaptiveLayerLoss(m, kind.CoSENTLoss(m)),
    "CachedGISTEmbedLoss": lambda kind, m: kind.CachedGISTEmbedLoss(m, m),
    "CachedMultipleNegativesRankingLoss": lambda kind, m: kind.CachedMultipleNegativesRankingLoss(
        m
    ),
    "CachedMultipleNegativesSymmetricRankingLoss": lambda kind, m: (
        kind.CachedMultipleNegativesSymmetricRankingLoss(m)
    ),
    "ContrastiveTensionLoss": lambda kind, m: kind.ContrastiveTensionLoss(m),
    "ContrastiveTensionLossInBatchNegatives": lambda kind, m: (
        kind.ContrastiveTensionLossInBatchNegatives(m)
    ),
    "DenoisingAutoEncoderLoss": lambda kind, m: kind.DenoisingAutoEncoderLoss(m),
    "GISTEmbedLoss": lambda kind, m: kind.GISTEmbedLoss(m, m),
    "Matryoshka2dLoss": lambda kind, m: kind.Matryoshka2dLoss(m, kind.CoSENTLoss(m), WIDTHS),
    "MatryoshkaLoss": lambda kind, m: kind.MatryoshkaLoss(m, kind.CoSENTLoss(m), WIDTHS),
    "MegaBatchMarginLoss": lambda kind, m: kind.MegaBatchMarginLoss(m),
}


def told(loss, model):
    """The settings as JSON has them; a model is named by its role alone."""
    settings = loss.get_config_dict()
    return {
        key: "a model" if value is model else list(value) if isinstance(value, tuple) else value
        for key, value in settings.items()
    }


@pytest.mark.parametrize("name", MAKE)
def test_settings_and_citation_are_those_of_the_reference(ours, theirs, name):
    mine, wanted = MAKE[name](losses, ours), MAKE[name](reference, theirs)
    assert told(mine, ours) == told(wanted, theirs)
    cited = re.findall(r"@\w+\{([^,]+),", mine.citation)
    assert cited
    assert cited == re.findall(r"@\w+\{([^,]+),", getattr(wanted, "citation", mine.citation))
