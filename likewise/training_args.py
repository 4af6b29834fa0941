"""The settings of a training."""

from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.samplers import BatchSamplers, MultiDatasetBatchSamplers

__all__ = ["BatchSamplers", "MultiDatasetBatchSamplers", "SentenceTransformerTrainingArguments"]
