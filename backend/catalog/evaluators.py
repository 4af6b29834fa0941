"""The ways to measure a model. Order is preference: where several fit, the first is recommended."""

from backend.catalog.rows import Accepts, EvaluatorRow, Label, Statistic

NANO_BEIR = "NanoBEIREvaluator"
NANO_BEIR_SETS = (
    "climatefever",
    "dbpedia",
    "fever",
    "fiqa2018",
    "hotpotqa",
    "msmarco",
    "nfcorpus",
    "nq",
    "quoraretrieval",
    "scidocs",
    "arguana",
    "scifact",
    "touche2020",
)
"""About 50 questions and at most 10 000 documents each."""

_ROWS = (
    EvaluatorRow(
        name="InformationRetrievalEvaluator",
        purpose="How near the top the right answer comes when all answers are searched.",
        accepts=(
            Accepts(inputs=("anchor", "positive")),
            Accepts(inputs=("anchor", "positive", "negative"), repeats=True),
            Accepts(inputs=("anchor", "positive", "negative"), label=Label.SCORES, repeats=True),
            Accepts(inputs=("anchor", "positive", "negative"), label=Label.SCORE, repeats=True),
        ),
        metric="cosine_ndcg@10",
        statistic=Statistic.MEAN,
        items="questions",
        source="Järvelin and Kekäläinen 2002, doi 10.1145/582415.582418",
        searches=True,
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
    EvaluatorRow(
        name="LinearProbeEvaluator",
        purpose="How often a text's class is guessed right from its embedding.",
        accepts=(
            Accepts(inputs=("text",), label=Label.CLASS),
            Accepts(inputs=("text", "text"), label=Label.CLASS),
            Accepts(inputs=("text", "text"), label=Label.PROBABILITIES),
        ),
        metric="accuracy",
        statistic=Statistic.MEAN,
        items="texts",
        filled={
            "reference_columns": "the texts of the training part",
            "reference_labels": "the labels of the training part",
        },
        reads_training=True,
        source="Alain and Bengio 2016, arXiv 1610.01644",
    ),
    EvaluatorRow(
        name="LabelAccuracyEvaluator",
        purpose="How often the classifier that was trained along names the class of a pair.",
        accepts=(
            Accepts(inputs=("text", "text"), label=Label.CLASS),
            Accepts(inputs=("text", "text"), label=Label.PROBABILITIES),
        ),
        metric="accuracy",
        statistic=Statistic.MEAN,
        items="pairs",
        filled={
            "dataloader": "the rows that are kept aside",
            "softmax_model": "the loss, with the classifier that it has trained",
        },
        # A random head on the base model would make any training look good: LinearProbeEvaluator,
        # which fits the same kind of head on both models, compares them.
        only_beside="Its classifier is trained with the model, so the base model has none to compare.",
        of_loss="SoftmaxLoss",
        figures="classifier",
        whole_only="The classifier that it asks was trained on whole vectors.",
        source="Reimers and Gurevych 2019, arXiv 1908.10084",
    ),
    EvaluatorRow(
        name="RerankingEvaluator",
        purpose="How high the right answers stand among those that belong to the same question.",
        accepts=(Accepts(inputs=("anchor", "positive", "negative"), repeats=True),),
        metric="ndcg@10",
        statistic=Statistic.MEAN,
        items="questions",
        source="Järvelin and Kekäläinen 2002, doi 10.1145/582415.582418",
        searches=True,
    ),
    EvaluatorRow(
        name="ParaphraseMiningEvaluator",
        purpose="How near the top the pairs that say the same come when all texts are compared.",
        accepts=(
            Accepts(inputs=("text", "text")),
            Accepts(inputs=("text", "text"), label=Label.BINARY),
        ),
        metric="average_precision",
        statistic=Statistic.MEAN,
        items="paraphrases",
        source="Sentence Transformers documentation, Evaluation",
    ),
    EvaluatorRow(
        name="TranslationEvaluator",
        purpose="How often each text finds its counterpart first, in both directions.",
        accepts=(Accepts(inputs=("text", "translation")),),
        metric="mean_accuracy",
        statistic=Statistic.MEAN,
        items="pairs",
        source="Reimers and Gurevych 2020, arXiv 2004.09813",
    ),
    EvaluatorRow(
        name="MSEEvaluator",
        purpose="How close the embeddings are to those of a teacher: another model, which is copied.",
        accepts=(
            Accepts(inputs=("text",), label=Label.EMBEDDING, repeats=True),
            Accepts(inputs=("text", "translation")),
        ),
        metric="negative_mse",
        statistic=Statistic.MEAN,
        items="texts",
        filled={
            "source_embeddings": "the label: the teacher's embedding of each row; without a label, "
            "the base model's of the first text"
        },
        whole_only="It compares with the teacher's vectors, which are whole.",
        source="Reimers and Gurevych 2020, arXiv 2004.09813",
    ),
    EvaluatorRow(
        name=NANO_BEIR,
        purpose="Whether it has kept what it knew: retrieval in thirteen other fields, with no data "
        "of yours. Where its texts can't be had, the run says so as it begins, and goes on without.",
        accepts=(),
        metric="NanoBEIR_mean_cosine_ndcg@10",
        statistic=Statistic.MEAN,
        items="questions",
        only_beside="It tells what was kept of other fields; what was gained, your own rows tell.",
        needs_data=False,
        own_texts=4_400,
        own_tokens=200,
        whole_only="It has no rows to choose by.",
        source="Thakur et al. 2021, arXiv 2104.08663",
    ),
)

EVALUATORS = {row.name: row for row in _ROWS}
