"""Losses that push wrong answers further away than right ones."""

from backend.catalog.losses.choices import TRIPLET_DISTANCE
from backend.catalog.rows import Accepts, LossRow, Parameter

ROWS = (
    LossRow(
        name="TripletLoss",
        purpose="Pushes each wrong answer further away than the right one, by a set distance.",
        accepts=(Accepts(inputs=("anchor", "positive", "negative")),),
        parameters=(
            Parameter(
                name="distance_metric",
                default="EUCLIDEAN",
                choices=TRIPLET_DISTANCE,
                help="How far apart two texts are.",
            ),
            Parameter(
                name="triplet_margin",
                default=5.0,
                above=0,
                help="How much further away the wrong answer must be.",
            ),
        ),
        source="Schroff et al. 2015, arXiv 1503.03832; Hermans et al. 2017, arXiv 1703.07737",
    ),
)
