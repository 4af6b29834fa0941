"""Losses that learn from pairs of which one knows whether they are alike."""

from backend.catalog.losses.choices import SIAMESE_DISTANCE
from backend.catalog.rows import Accepts, Label, LossRow, Parameter

_DISTANCE = Parameter(
    name="distance_metric",
    default="COSINE_DISTANCE",
    choices=SIAMESE_DISTANCE,
    help="How far apart two texts are.",
)
_MARGIN = Parameter(
    name="margin",
    default=0.5,
    above=0,
    help="How far apart unlike texts must be; further is not asked of them.",
)

ROWS = (
    LossRow(
        name="OnlineContrastiveLoss",
        purpose="Draws alike pairs together and unlike ones apart, learning from the hard ones.",
        accepts=(Accepts(inputs=("text", "text"), label=Label.BINARY),),
        parameters=(_DISTANCE, _MARGIN),
        source="Hadsell et al. 2006, doi 10.1109/CVPR.2006.100",
    ),
    LossRow(
        name="ContrastiveLoss",
        purpose="Draws alike pairs together and holds unlike ones a set distance apart.",
        accepts=(
            Accepts(inputs=("text", "text"), label=Label.BINARY),
            Accepts(inputs=("text", "text"), label=Label.SCORE, between=(0.0, 1.0)),
        ),
        parameters=(
            _DISTANCE,
            _MARGIN,
            Parameter(
                name="size_average",
                default=True,
                help="The mean over a batch; else its sum, which grows with the batch.",
            ),
        ),
        source="Hadsell et al. 2006, doi 10.1109/CVPR.2006.100",
    ),
)
