"""The model: text in, one vector a text out."""

from worker.engine.model.sentence_transformer import SentenceTransformer

__all__ = ["SentenceTransformer"]
