"""Embeddings in fewer bits, and searching among them."""

from worker.engine.quantization import (
    quantize_embeddings,
    semantic_search_faiss,
    semantic_search_usearch,
)

__all__ = [
    "quantize_embeddings",
    "semantic_search_faiss",
    "semantic_search_usearch",
]
