"""Embeddings in fewer bits."""

from worker.engine.quantization import quantize_embeddings

__all__ = ["quantize_embeddings"]
