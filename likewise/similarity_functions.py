"""The four similarities that a model can carry."""

from worker.engine.similarity import SimilarityFunction

__all__ = ["SimilarityFunction"]
