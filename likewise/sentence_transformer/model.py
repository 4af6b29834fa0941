"""The model."""

from worker.engine.model import SentenceTransformer

__all__ = ["SentenceTransformer"]
