"""The evaluators, by the names of Sentence Transformers. A row of the catalogue describes each."""

from worker.engine.evaluation.binary_classification import BinaryClassificationEvaluator
from worker.engine.evaluation.embedding_similarity import EmbeddingSimilarityEvaluator
from worker.engine.evaluation.evaluator import BaseEvaluator, SentenceEvaluator
from worker.engine.evaluation.information_retrieval import InformationRetrievalEvaluator
from worker.engine.evaluation.item_evaluator import ItemEvaluator
from worker.engine.evaluation.label_accuracy import LabelAccuracyEvaluator
from worker.engine.evaluation.linear_probe import LinearProbeEvaluator
from worker.engine.evaluation.mse import MSEEvaluator
from worker.engine.evaluation.mse_from_dataframe import MSEEvaluatorFromDataFrame
from worker.engine.evaluation.nano_beir import NanoBEIREvaluator
from worker.engine.evaluation.outcome import Outcome
from worker.engine.evaluation.paraphrase_mining import ParaphraseMiningEvaluator
from worker.engine.evaluation.reranking import RerankingEvaluator
from worker.engine.evaluation.sequential import SequentialEvaluator
from worker.engine.evaluation.translation import TranslationEvaluator
from worker.engine.evaluation.triplet import TripletEvaluator
from worker.engine.similarity import SimilarityFunction

__all__ = [
    "BaseEvaluator",
    "BinaryClassificationEvaluator",
    "EmbeddingSimilarityEvaluator",
    "InformationRetrievalEvaluator",
    "ItemEvaluator",
    "LabelAccuracyEvaluator",
    "LinearProbeEvaluator",
    "MSEEvaluator",
    "MSEEvaluatorFromDataFrame",
    "NanoBEIREvaluator",
    "Outcome",
    "ParaphraseMiningEvaluator",
    "RerankingEvaluator",
    "SentenceEvaluator",
    "SequentialEvaluator",
    "SimilarityFunction",
    "TranslationEvaluator",
    "TripletEvaluator",
]
