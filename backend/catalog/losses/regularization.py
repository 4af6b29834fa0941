"""Losses that temper another one, and teach no meaning by themselves."""

from backend.catalog.losses.choices import SIMILARITY
from backend.catalog.rows import Accepts, LossRow, Parameter

ROWS = (
    LossRow(
        name="GlobalOrthogonalRegularizationLoss",
        purpose="Spreads embeddings over all directions. Of use beside another loss, in a script.",
        accepts=(Accepts(inputs=("text",), repeats=True),),
        parameters=(
            Parameter(
                name="similarity_fct",
                default="cos_sim",
                choices=SIMILARITY,
                help="How alikeness is measured.",
            ),
            Parameter(
                name="mean_weight",
                default=1.0,
                at_least=0,
                or_none=True,
                help="How much it counts that texts are alike on average.",
            ),
            Parameter(
                name="second_moment_weight",
                default=1.0,
                at_least=0,
                or_none=True,
                help="How much it counts that they are more alike or opposite than by chance.",
            ),
            Parameter(
                name="aggregation",
                default="mean",
                choices=("mean", "sum"),
                help="The mean over the columns of texts, or their sum.",
            ),
        ),
        is_proposed=False,
        source="Zhang et al. 2017, arXiv 1708.06320",
    ),
)
