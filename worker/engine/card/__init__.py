"""The model card: what the model is, what it was trained with, and whether it got better."""

from worker.engine.card.data import SentenceTransformerModelCardData
from worker.engine.card.text import text

__all__ = ["SentenceTransformerModelCardData", "text"]
