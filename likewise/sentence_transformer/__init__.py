"""The training library by the addresses that scripts since 6.0 use; the shorter ones hold too."""

from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.card import SentenceTransformerModelCardData
from worker.engine.data.collator import SentenceTransformerDataCollator
from worker.engine.model import SentenceTransformer
from worker.engine.trainer import SentenceTransformerTrainer

__all__ = [
    "SentenceTransformer",
    "SentenceTransformerDataCollator",
    "SentenceTransformerModelCardData",
    "SentenceTransformerTrainer",
    "SentenceTransformerTrainingArguments",
]
