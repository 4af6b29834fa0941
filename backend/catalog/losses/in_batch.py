"""Losses that take the other texts of a batch as wrong answers."""

from backend.catalog.losses.choices import SIMILARITY
from backend.catalog.losses.chunks import chunks_of
from backend.catalog.rows import Accepts, LossRow, Parameter

_RANKED = (
    Accepts(inputs=("anchor", "positive")),
    Accepts(inputs=("anchor", "positive", "negative"), repeats=True),
)

_COMPARING = (
    Parameter(
        name="scale",
        default=20.0,
        above=0,
        help="How hard near misses are punished; 20 is a temperature of 0.05.",
    ),
    Parameter(
        name="similarity_fct",
        default="cos_sim",
        choices=SIMILARITY,
        help="How alikeness is measured.",
    ),
    Parameter(
        name="gather_across_devices",
        default=False,
        help="Use the texts of all devices as wrong answers, not only one device's.",
    ),
)

_CHUNKS = chunks_of(32)

_GUIDED = (
    Parameter(
        name="temperature",
        default=0.01,
        above=0,
        help="How softly near misses are judged; lower punishes them harder.",
    ),
    Parameter(
        name="margin_strategy",
        default="absolute",
        choices=("absolute", "relative"),
        help="Whether the margin is a difference of likeness, or a share of it.",
    ),
    Parameter(
        name="margin",
        default=0.0,
        help="How much less alike than the right answer a text may be and still be left out.",
    ),
    Parameter(
        name="contrast_anchors",
        default=True,
        help="Take the other anchors of the batch as wrong answers, too.",
    ),
    Parameter(
        name="contrast_positives",
        default=True,
        help="Push the right answers of different rows apart, too.",
    ),
    Parameter(
        name="gather_across_devices",
        default=False,
        help="Use the texts of all devices as wrong answers, not only one device's.",
    ),
)

_GUIDE = {
    "guide": "says which texts mean the same; a good general model, at least as good as yours"
}

_DIRECTIONS = (
    Parameter(
        name="directions",
        default=("query_to_doc",),
        choices=("query_to_doc", "doc_to_query", "query_to_query", "doc_to_doc"),
        help="Which texts compete with which.",
    ),
    Parameter(
        name="partition_mode",
        default="joint",
        choices=("joint", "per_direction"),
        help="Whether all directions share one competition or each has its own.",
    ),
    Parameter(
        name="hardness_mode",
        default=None,
        choices=("in_batch_negatives", "hard_negatives", "all_negatives"),
        or_none=True,
        help="Which wrong answers weigh more the more alike they look.",
    ),
    Parameter(
        name="hardness_strength",
        default=0.0,
        at_least=0,
        help="How much more they weigh; 0 is not at all.",
    ),
)

ROWS = (
    LossRow(
        name="MultipleNegativesRankingLoss",
        purpose="Learns that a text is closer to its own partner than to any other text of the batch.",
        accepts=_RANKED,
        parameters=(
            *_COMPARING,
            *_DIRECTIONS,
        ),
        sampler="no_duplicates",
        in_batch_negatives=True,
        source="Henderson et al. 2017, arXiv 1705.00652; van den Oord et al. 2018, arXiv 1807.03748",
    ),
    LossRow(
        name="MultipleNegativesSymmetricRankingLoss",
        purpose="Old name of MultipleNegativesRankingLoss with the directions query_to_doc "
        "and doc_to_query, per_direction.",
        accepts=_RANKED,
        parameters=_COMPARING,
        sampler="no_duplicates",
        in_batch_negatives=True,
        is_proposed=False,
        source="Günther et al. 2024, arXiv 2310.19923",
    ),
    LossRow(
        name="CachedMultipleNegativesRankingLoss",
        purpose="As MultipleNegativesRankingLoss, but compares more rows at once without more memory.",
        accepts=_RANKED,
        parameters=(*_COMPARING, *_CHUNKS, *_DIRECTIONS),
        sampler="no_duplicates",
        in_batch_negatives=True,
        in_chunks=True,
        source="Gao et al. 2021, arXiv 2101.06983",
    ),
    LossRow(
        name="CachedMultipleNegativesSymmetricRankingLoss",
        purpose="Old name of CachedMultipleNegativesRankingLoss with the directions "
        "query_to_doc and doc_to_query, per_direction.",
        accepts=_RANKED,
        parameters=(*_COMPARING, *_CHUNKS),
        sampler="no_duplicates",
        in_batch_negatives=True,
        in_chunks=True,
        is_proposed=False,
        source="Gao et al. 2021, arXiv 2101.06983; Günther et al. 2024, arXiv 2310.19923",
    ),
    LossRow(
        name="GISTEmbedLoss",
        purpose="As MultipleNegativesRankingLoss, but a guide leaves out texts that are no wrong "
        "answers after all.",
        accepts=_RANKED,
        parameters=_GUIDED,
        models=_GUIDE,
        sampler="no_duplicates",
        in_batch_negatives=True,
        source="Solatorio 2024, arXiv 2402.16829",
    ),
    LossRow(
        name="CachedGISTEmbedLoss",
        purpose="As GISTEmbedLoss, but compares more rows at once without more memory.",
        accepts=_RANKED,
        parameters=(*_GUIDED, *_CHUNKS),
        models=_GUIDE,
        sampler="no_duplicates",
        in_batch_negatives=True,
        in_chunks=True,
        source="Solatorio 2024, arXiv 2402.16829; Gao et al. 2021, arXiv 2101.06983",
    ),
    LossRow(
        name="MegaBatchMarginLoss",
        purpose="Pushes the nearest wrong answer of a batch away; needs batches of 500 rows or more.",
        accepts=(Accepts(inputs=("anchor", "positive")),),
        parameters=(
            Parameter(
                name="positive_margin",
                default=0.8,
                help="How alike a text and its partner have to be.",
            ),
            Parameter(
                name="negative_margin",
                default=0.3,
                help="How alike a text and the nearest wrong answer may be.",
            ),
            Parameter(
                name="use_mini_batched_version",
                default=True,
                help="Read the batch in chunks, so that it may be larger than the memory.",
            ),
            *chunks_of(50),
        ),
        sampler="no_duplicates",
        in_batch_negatives=True,
        in_chunks=True,
        source="Wieting and Gimpel 2018, ACL, P18-1042",
    ),
)
