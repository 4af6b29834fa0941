"""The losses, by the names of Sentence Transformers. A row of the catalogue describes each."""

from worker.engine.losses.cosent import CoSENTLoss
from worker.engine.losses.cosine_similarity import CosineSimilarityLoss
from worker.engine.losses.loss import Loss
from worker.engine.losses.multiple_negatives_ranking import MultipleNegativesRankingLoss
from worker.engine.losses.softmax import SoftmaxLoss
from worker.engine.losses.triplet import TripletDistanceMetric, TripletLoss

__all__ = [
    "CoSENTLoss",
    "CosineSimilarityLoss",
    "Loss",
    "MultipleNegativesRankingLoss",
    "SoftmaxLoss",
    "TripletDistanceMetric",
    "TripletLoss",
]
