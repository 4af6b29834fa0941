"""From rows to the tensors of a batch."""

from worker.engine.data.collator import SentenceTransformerDataCollator

__all__ = ["SentenceTransformerDataCollator"]
