"""Embeddings in fewer bits, and searching among them."""

from worker.engine.quantization.faiss_search import semantic_search_faiss
from worker.engine.quantization.levels import (
    Precision,
    quantize_embeddings,
    quantized_for_comparison,
)
from worker.engine.quantization.usearch_search import semantic_search_usearch

__all__ = [
    "Precision",
    "quantize_embeddings",
    "quantized_for_comparison",
    "semantic_search_faiss",
    "semantic_search_usearch",
]
