"""The ways to measure a model. Order is preference: where several fit, the first is recommended."""

from backend.catalog.rows import Accepts, EvaluatorRow, Label, Statistic

_ROWS = (
    EvaluatorRow(
        name="InformationRetrievalEvaluator",
        purpose="How high the right answer stands when a question is asked of all answers.",
        accepts=(
            Accepts(inputs=("anchor", "positive")),
            Accepts(inputs=("anchor", "positive", "negative"), repeats=True),
        ),
        metric="cosine_ndcg@10",
        statistic=Statistic.MEAN,
        items="questions",
        source="Järvelin and Kekäläinen 2002, doi 10.1145/582415.582418",
    ),
    EvaluatorRow(
        name="TripletEvaluator",
        purpose="How often the right answer is nearer than the wrong one.",
        accepts=(Accepts(inputs=("anchor", "positive", "negative")),),
        metric="cosine_accuracy",
        statistic=Statistic.MEAN,
        items="triplets",
        source="Reimers and Gurevych 2019, arXiv 1908.10084",
    ),
    EvaluatorRow(
        name="EmbeddingSimilarityEvaluator",
        purpose="How well the model's order of the pairs, from unlike to alike, follows yours.",
        accepts=(
            Accepts(inputs=("text", "text"), label=Label.SCORE),
            Accepts(inputs=("text", "text"), label=Label.BINARY),
        ),
        metric="spearman_cosine",
        statistic=Statistic.SPEARMAN,
        items="pairs",
        source="Reimers et al. 2016, aclanthology.org/C16-1009",
    ),
    EvaluatorRow(
        name="BinaryClassificationEvaluator",
        purpose="How well alike pairs can be told from unlike ones by their nearness.",
        accepts=(Accepts(inputs=("text", "text"), label=Label.BINARY),),
        metric="cosine_ap",
        statistic=Statistic.AVERAGE_PRECISION,
        items="pairs",
        source="scikit-learn user guide, section 3.4.4",
    ),
)

EVALUATORS = {row.name: row for row in _ROWS}
