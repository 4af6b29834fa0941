"""The losses that a model can be trained with.

Values and names: the Sentence Transformers documentation, "Loss Overview". Order is preference:
where several fit, the first is recommended.
"""

from backend.catalog.rows import Accepts, Label, LossRow, Parameter

SIMILARITY = ("cos_sim", "dot_score", "manhattan_sim", "euclidean_sim")
PAIRWISE = (
    "pairwise_cos_sim",
    "pairwise_dot_score",
    "pairwise_manhattan_sim",
    "pairwise_euclidean_sim",
)

_ROWS = (
    LossRow(
        name="MultipleNegativesRankingLoss",
        purpose="Brings each text nearer to its partner than to every other text of the batch.",
        accepts=(
            Accepts(inputs=("anchor", "positive")),
            Accepts(inputs=("anchor", "positive", "negative"), repeats=True),
        ),
        parameters=(
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
        ),
        sampler="no_duplicates",
        in_batch_negatives=True,
        source="Henderson et al. 2017, arXiv 1705.00652; van den Oord et al. 2018, arXiv 1807.03748",
    ),
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
        name="CosineSimilarityLoss",
        purpose="Makes the cosine of each pair equal to your score.",
        accepts=(
            Accepts(inputs=("text", "text"), label=Label.SCORE, between=(-1.0, 1.0)),
            Accepts(inputs=("text", "text"), label=Label.BINARY),
        ),
        source="Reimers and Gurevych 2019, arXiv 1908.10084",
    ),
    LossRow(
        name="TripletLoss",
        purpose="Pushes each wrong answer further away than the right one, by a margin.",
        accepts=(Accepts(inputs=("anchor", "positive", "negative")),),
        parameters=(
            Parameter(
                name="distance_metric",
                default="EUCLIDEAN",
                choices=("COSINE", "EUCLIDEAN", "MANHATTAN"),
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

LOSSES = {row.name: row for row in _ROWS}
