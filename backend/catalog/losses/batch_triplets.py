"""Losses that make triplets of a batch's texts by their classes."""

from backend.catalog.losses.choices import BATCH_DISTANCE
from backend.catalog.rows import Accepts, Label, LossRow, Parameter

_CLASSED = (Accepts(inputs=("text",), label=Label.CLASS),)
_DISTANCE = Parameter(
    name="distance_metric",
    default="euclidean_distance",
    choices=BATCH_DISTANCE,
    help="How far apart two texts are.",
)
_MARGIN = Parameter(
    name="margin",
    default=5.0,
    above=0,
    help="How much further away than its own class each text wants the others.",
)
_SOURCE = "Hermans et al. 2017, arXiv 1703.07737"

ROWS = (
    LossRow(
        name="BatchHardSoftMarginTripletLoss",
        purpose="Groups texts by class: even the least alike of a class become closer than any "
        "two of different classes.",
        accepts=_CLASSED,
        parameters=(_DISTANCE,),
        sampler="group_by_label",
        source=_SOURCE,
    ),
    LossRow(
        name="BatchAllTripletLoss",
        purpose="Groups texts by class, learning from every triplet of a batch.",
        accepts=_CLASSED,
        parameters=(_DISTANCE, _MARGIN),
        sampler="group_by_label",
        source=_SOURCE,
    ),
    LossRow(
        name="BatchSemiHardTripletLoss",
        purpose="Groups texts by class, learning from triplets that are neither too easy nor too hard.",
        accepts=_CLASSED,
        parameters=(_DISTANCE, _MARGIN),
        sampler="group_by_label",
        source="Schroff et al. 2015, arXiv 1503.03832",
    ),
    LossRow(
        name="BatchHardTripletLoss",
        purpose="Groups texts by class, learning from the hardest triplet of each text.",
        accepts=_CLASSED,
        parameters=(_DISTANCE, _MARGIN),
        sampler="group_by_label",
        source=_SOURCE,
    ),
)
