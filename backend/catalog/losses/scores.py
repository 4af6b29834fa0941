"""Losses that learn how alike pairs are."""

from backend.catalog.losses.choices import PAIRWISE
from backend.catalog.rows import Accepts, Label, LossRow, Parameter

ROWS = (
    LossRow(
        name="CoSENTLoss",
        purpose="Learns which pairs are more alike than others; only the scores' order matters.",
        accepts=(
            Accepts(inputs=("text", "text"), label=Label.SCORE),
            Accepts(inputs=("text", "text"), label=Label.BINARY),
        ),
        parameters=(
            Parameter(
                name="scale", default=20.0, above=0, help="Higher punishes wrong orders harder."
            ),
            Parameter(
                name="similarity_fct",
                default="pairwise_cos_sim",
                choices=PAIRWISE,
                help="How alikeness is measured.",
            ),
        ),
        source="J. Su 2022, kexue.fm/archives/8847",
    ),
    LossRow(
        name="AnglELoss",
        purpose="As CoSENTLoss, but goes on learning from pairs that are nearly alike or opposite.",
        accepts=(
            Accepts(inputs=("text", "text"), label=Label.SCORE),
            Accepts(inputs=("text", "text"), label=Label.BINARY),
            Accepts(inputs=("anchor", "positive", "negative"), repeats=True),
            Accepts(
                inputs=("anchor", "positive", "negative"),
                repeats=True,
                label=Label.SCORE,
                between=(0.0, 1.0),
            ),
            Accepts(inputs=("anchor", "positive", "negative"), repeats=True, label=Label.BINARY),
        ),
        parameters=(
            Parameter(
                name="scale", default=20.0, above=0, help="Higher punishes wrong orders harder."
            ),
        ),
        source="Li and Li 2024, arXiv 2309.12871",
    ),
    LossRow(
        name="CosineSimilarityLoss",
        purpose="Makes the cosine of each pair equal to your score.",
        accepts=(
            Accepts(inputs=("text", "text"), label=Label.SCORE, between=(-1.0, 1.0)),
            Accepts(inputs=("text", "text"), label=Label.BINARY),
        ),
        source="Reimers and Gurevych 2019, arXiv 1908.10084",
    ),
)
