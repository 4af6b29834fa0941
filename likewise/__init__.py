"""Likewise from Python: the training library by its usual names, and the client of a studio.

Nothing heavy is imported until a name is used: `likewise.Client` works without torch installed.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from likewise.client import Client
    from worker.engine.arguments import SentenceTransformerTrainingArguments
    from worker.engine.card import SentenceTransformerModelCardData
    from worker.engine.data.identifiers import resolve_ids
    from worker.engine.legacy import InputExample, ParallelSentencesDataset, SentencesDataset
    from worker.engine.log_lines import LoggingHandler
    from worker.engine.mining import mine_hard_negatives
    from worker.engine.model import SentenceTransformer
    from worker.engine.quantization import quantize_embeddings
    from worker.engine.samplers import DefaultBatchSampler, MultiDatasetDefaultBatchSampler
    from worker.engine.similarity import SimilarityFunction
    from worker.engine.trainer import SentenceTransformerTrainer

__all__ = [
    "Client",
    "DefaultBatchSampler",
    "InputExample",
    "LoggingHandler",
    "MultiDatasetDefaultBatchSampler",
    "ParallelSentencesDataset",
    "SentenceTransformer",
    "SentenceTransformerModelCardData",
    "SentenceTransformerTrainer",
    "SentenceTransformerTrainingArguments",
    "SentencesDataset",
    "SimilarityFunction",
    "mine_hard_negatives",
    "quantize_embeddings",
    "resolve_ids",
]

_HOMES = {
    "Client": "likewise.client",
    "DefaultBatchSampler": "worker.engine.samplers",
    "InputExample": "worker.engine.legacy",
    "LoggingHandler": "worker.engine.log_lines",
    "MultiDatasetDefaultBatchSampler": "worker.engine.samplers",
    "ParallelSentencesDataset": "worker.engine.legacy",
    "SentenceTransformer": "worker.engine.model",
    "SentenceTransformerModelCardData": "worker.engine.card",
    "SentenceTransformerTrainer": "worker.engine.trainer",
    "SentenceTransformerTrainingArguments": "worker.engine.arguments",
    "SentencesDataset": "worker.engine.legacy",
    "SimilarityFunction": "worker.engine.similarity",
    "mine_hard_negatives": "worker.engine.mining",
    "quantize_embeddings": "worker.engine.quantization",
    "resolve_ids": "worker.engine.data.identifiers",
}
_MODULES = frozenset(
    (
        "base",
        "data_collator",
        "datasets",
        "evaluation",
        "losses",
        "model_card",
        "models",
        "quantization",
        "readers",
        "sampler",
        "sentence_transformer",
        "similarity_functions",
        "trainer",
        "training_args",
        "util",
    )
)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in _MODULES:
        return import_module(f"likewise.{name}")
    raise AttributeError(f"likewise has no {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *_MODULES})
