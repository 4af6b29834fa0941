"""What a model card tells."""

from worker.engine.card import SentenceTransformerModelCardData

__all__ = ["SentenceTransformerModelCardData"]
