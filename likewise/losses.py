"""The losses."""

from worker.engine.losses import (
    CoSENTLoss,
    CosineSimilarityLoss,
    MultipleNegativesRankingLoss,
    SoftmaxLoss,
    TripletDistanceMetric,
    TripletLoss,
)

__all__ = [
    "CoSENTLoss",
    "CosineSimilarityLoss",
    "MultipleNegativesRankingLoss",
    "SoftmaxLoss",
    "TripletDistanceMetric",
    "TripletLoss",
]
