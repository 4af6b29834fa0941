"""Losses that learn from what a larger model said of the same texts."""

from backend.catalog.losses.choices import PAIRWISE
from backend.catalog.rows import Accepts, Kind, Label, LossRow, Parameter

_TEACHER_EMBEDDINGS = (
    Accepts(inputs=("text",), repeats=True, label=Label.EMBEDDING),
    Accepts(inputs=("text",), repeats=True, label=Label.EMBEDDINGS, widths=(0,)),
)
_SCORED_BY = Parameter(
    name="similarity_fct",
    default="pairwise_dot_score",
    choices=PAIRWISE,
    help="How the model scores a text for a query.",
)
_PROJECTION = Parameter(
    name="projection_dim",
    default=None,
    of=Kind.WHOLE,
    at_least=1,
    is_label_width=True,
    help="How many dimensions the teacher has, where that is another number than the model's.",
)

ROWS = (
    LossRow(
        name="MarginMSELoss",
        purpose="Learns how much better a teacher found the right answer than the wrong ones.",
        accepts=(
            Accepts(inputs=("query", "positive", "negative"), label=Label.SCORE),
            Accepts(
                inputs=("query", "positive", "negative"),
                repeats=True,
                label=Label.SCORES,
                widths=(-2, -1),
            ),
        ),
        parameters=(_SCORED_BY,),
        source="Hofstätter et al. 2020, arXiv 2010.02666",
    ),
    LossRow(
        name="DistillKLDivLoss",
        purpose="Learns to rank the answers to a query as a teacher's scores do.",
        accepts=(
            Accepts(
                inputs=("query", "positive", "negative"),
                repeats=True,
                label=Label.SCORES,
                widths=(-1,),
            ),
        ),
        parameters=(
            _SCORED_BY,
            Parameter(
                name="temperature",
                default=1.0,
                above=0,
                help="Higher lets the lower places count more.",
            ),
            Parameter(
                name="student_temperature",
                default=None,
                of=Kind.NUMBER,
                above=0,
                help="Another temperature for the model's scores alone.",
            ),
            Parameter(
                name="teacher_temperature",
                default=None,
                of=Kind.NUMBER,
                above=0,
                help="Another temperature for the teacher's scores alone.",
            ),
        ),
        source="Lin et al. 2020, arXiv 2010.11386",
    ),
    LossRow(
        name="MSELoss",
        purpose="Makes the embedding of each text that of a teacher, so also across languages.",
        accepts=_TEACHER_EMBEDDINGS,
        parameters=(_PROJECTION,),
        source="Reimers and Gurevych 2020, arXiv 2004.09813",
    ),
    LossRow(
        name="EmbedDistillLoss",
        purpose="Turns the embedding of each text in the direction of a teacher's.",
        accepts=_TEACHER_EMBEDDINGS,
        parameters=(
            Parameter(
                name="distance_metric",
                default="cosine",
                choices=("cosine", "l2", "mse"),
                help="How far the embedding is from the teacher's.",
            ),
            _PROJECTION,
        ),
        source="Kim et al. 2023, arXiv 2301.12005",
    ),
)
