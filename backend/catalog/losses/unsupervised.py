"""Losses that learn from texts alone."""

from backend.catalog.losses.choices import SIMILARITY
from backend.catalog.rows import Accepts, Label, LossRow, Parameter

ROWS = (
    LossRow(
        name="DenoisingAutoEncoderLoss",
        purpose="Learns to restore texts with missing words from their embedding.",
        accepts=(Accepts(inputs=("damaged text", "original")),),
        networks=2,
        is_proposed=False,
        source="Wang et al. 2021, arXiv 2104.06979",
    ),
    LossRow(
        name="ContrastiveTensionLossInBatchNegatives",
        purpose="Learns from single texts: two copies of the model agree on each, and on no other "
        "of the batch. Of a pair only the first text is read.",
        accepts=(Accepts(inputs=("text",)), Accepts(inputs=("text", "text"))),
        parameters=(
            Parameter(
                name="scale",
                default=20.0,
                above=0,
                help="How hard near misses are punished at first; training goes on from there.",
            ),
            Parameter(
                name="similarity_fct",
                default="cos_sim",
                choices=SIMILARITY,
                help="How alikeness is measured.",
            ),
        ),
        sampler="no_duplicates",
        in_batch_negatives=True,
        networks=2,
        is_proposed=False,
        source="Carlsson et al. 2021, ICLR, openreview.net/forum?id=Ov_sMNau-PF",
    ),
    LossRow(
        name="ContrastiveTensionLoss",
        purpose="Two copies of the model agree on a text beside itself, and on no other pair.",
        accepts=(
            Accepts(inputs=("text", "text"), label=Label.BINARY),
            Accepts(inputs=("text", "text")),
        ),
        networks=2,
        is_proposed=False,
        source="Carlsson et al. 2021, ICLR, openreview.net/forum?id=Ov_sMNau-PF",
    ),
)
