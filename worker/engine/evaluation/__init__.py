"""The evaluators, by the names of Sentence Transformers. A row of the catalogue describes each."""

from worker.engine.evaluation.binary_classification import BinaryClassificationEvaluator
from worker.engine.evaluation.embedding_similarity import EmbeddingSimilarityEvaluator
from worker.engine.evaluation.evaluator import Evaluator, ItemEvaluator
from worker.engine.evaluation.information_retrieval import InformationRetrievalEvaluator
from worker.engine.evaluation.outcome import Outcome
from worker.engine.evaluation.sequential import SequentialEvaluator
from worker.engine.evaluation.triplet import TripletEvaluator

EVALUATORS: dict[str, type[ItemEvaluator]] = {
    evaluator.__name__: evaluator
    for evaluator in (
        InformationRetrievalEvaluator,
        TripletEvaluator,
        EmbeddingSimilarityEvaluator,
        BinaryClassificationEvaluator,
    )
}

__all__ = [
    "EVALUATORS",
    "BinaryClassificationEvaluator",
    "EmbeddingSimilarityEvaluator",
    "Evaluator",
    "InformationRetrievalEvaluator",
    "ItemEvaluator",
    "Outcome",
    "SequentialEvaluator",
    "TripletEvaluator",
]
