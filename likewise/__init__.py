"""Likewise from Python: the training library by its usual names, and the client of a studio.

Nothing heavy is imported until a name is used: `likewise.Client` works without torch installed.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from likewise.client import Client
    from worker.engine.arguments import SentenceTransformerTrainingArguments
    from worker.engine.card import SentenceTransformerModelCardData
    from worker.engine.model import SentenceTransformer
    from worker.engine.quantization import quantize_embeddings
    from worker.engine.similarity import SimilarityFunction
    from worker.engine.trainer import SentenceTransformerTrainer

__all__ = [
    "Client",
    "SentenceTransformer",
    "SentenceTransformerModelCardData",
    "SentenceTransformerTrainer",
    "SentenceTransformerTrainingArguments",
    "SimilarityFunction",
    "quantize_embeddings",
]

_HOMES = {
    "Client": "likewise.client",
    "SentenceTransformer": "worker.engine.model",
    "SentenceTransformerModelCardData": "worker.engine.card",
    "SentenceTransformerTrainer": "worker.engine.trainer",
    "SentenceTransformerTrainingArguments": "worker.engine.arguments",
    "SimilarityFunction": "worker.engine.similarity",
    "quantize_embeddings": "worker.engine.quantization",
}
_MODULES = frozenset(
    (
        "evaluation",
        "losses",
        "models",
        "quantization",
        "sampler",
        "similarity_functions",
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
