"""The trainer."""

from worker.engine.trainer import SentenceTransformerTrainer

__all__ = ["SentenceTransformerTrainer"]
