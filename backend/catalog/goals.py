"""What a person wants a model to do, in plain words, and what serves it."""

from backend.catalog.rows import GoalRow

ENGLISH = "sentence-transformers/all-MiniLM-L6-v2"
MANY_LANGUAGES = "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"

_ROWS = (
    GoalRow(
        name="answers",
        title="Find the right answer to a question",
        example=("How do I reset my password?", "Open Settings, then choose New password."),
        needs="two columns: a question and its answer",
        losses=(
            "MultipleNegativesRankingLoss",
            "CachedMultipleNegativesRankingLoss",
            "MegaBatchMarginLoss",
            "TripletLoss",
            "MarginMSELoss",
            "DistillKLDivLoss",
            "GISTEmbedLoss",
            "CachedGISTEmbedLoss",
        ),
        evaluators=("InformationRetrievalEvaluator", "RerankingEvaluator", "TripletEvaluator"),
        base_model=ENGLISH,
    ),
    GoalRow(
        name="alike",
        title="Score how alike two texts are",
        example=("A man plays the guitar.", "Someone makes music. (4 of 5)"),
        needs="two columns of texts and one of scores",
        losses=("CoSENTLoss", "AnglELoss", "CosineSimilarityLoss"),
        evaluators=("EmbeddingSimilarityEvaluator",),
        base_model=ENGLISH,
    ),
    GoalRow(
        name="groups",
        title="Sort texts into groups",
        example=("Where is my card?", "card delivery"),
        needs="a column of texts and one that names their groups",
        losses=(
            "BatchHardSoftMarginTripletLoss",
            "BatchAllTripletLoss",
            "BatchSemiHardTripletLoss",
            "BatchHardTripletLoss",
            "SoftmaxLoss",
        ),
        evaluators=("LinearProbeEvaluator", "LabelAccuracyEvaluator"),
        base_model=ENGLISH,
    ),
    GoalRow(
        name="duplicates",
        title="Find texts that say the same",
        example=("How can I lose weight?", "What is a good way to get slimmer? (the same)"),
        needs="two columns of texts; and, if you have it, whether they say the same",
        losses=("OnlineContrastiveLoss", "ContrastiveLoss", "MultipleNegativesRankingLoss"),
        evaluators=("BinaryClassificationEvaluator", "ParaphraseMiningEvaluator"),
        base_model=ENGLISH,
    ),
    GoalRow(
        name="languages",
        title="Match across languages",
        example=("Good morning", "Guten Morgen"),
        needs="two columns that say the same in two languages",
        losses=("MultipleNegativesRankingLoss", "MSELoss", "EmbedDistillLoss"),
        evaluators=("TranslationEvaluator", "MSEEvaluator"),
        base_model=MANY_LANGUAGES,
    ),
)

GOALS = {row.name: row for row in _ROWS}
