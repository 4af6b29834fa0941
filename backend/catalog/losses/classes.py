"""Losses that learn classes."""

from backend.catalog.rows import Accepts, Label, LossRow, Parameter

ROWS = (
    LossRow(
        name="SoftmaxLoss",
        purpose="Learns to sort pairs of texts into classes, such as follows, contradicts, neither.",
        accepts=(
            Accepts(inputs=("text", "text"), label=Label.CLASS),
            Accepts(inputs=("text", "text"), label=Label.PROBABILITIES),
        ),
        parameters=(
            Parameter(
                name="concatenation_sent_rep",
                default=True,
                help="Show the classifier both embeddings.",
            ),
            Parameter(
                name="concatenation_sent_difference",
                default=True,
                help="Show the classifier how far they differ in each dimension.",
            ),
            Parameter(
                name="concatenation_sent_multiplication",
                default=False,
                help="Show the classifier their product in each dimension.",
            ),
        ),
        filled={"embedding_dimension": "the model", "num_labels": "the label column"},
        source="Conneau et al. 2017, arXiv 1705.02364; Reimers and Gurevych 2019, arXiv 1908.10084",
    ),
)
