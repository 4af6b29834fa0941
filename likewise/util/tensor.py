"""Embeddings in other shapes."""

from worker.engine.devices import batch_to_device
from worker.engine.devices import move_tensors_to_cpu as _move_tensors_to_cpu
from worker.engine.padding import (
    cat_padded_token_embeddings,
    repad_flattened_features,
    stack_padded_token_embeddings,
)
from worker.engine.similarity import as_rows as _convert_to_batch_tensor
from worker.engine.similarity import normalize_embeddings
from worker.engine.sparse import compute_count_vector, select_max_active_dims, to_scipy_coo
from worker.engine.vectors import as_tensor as _convert_to_tensor
from worker.engine.vectors import in_a_batch as _convert_to_batch
from worker.engine.vectors import truncate_embeddings

__all__ = [
    "_convert_to_batch",
    "_convert_to_batch_tensor",
    "_convert_to_tensor",
    "_move_tensors_to_cpu",
    "batch_to_device",
    "cat_padded_token_embeddings",
    "compute_count_vector",
    "normalize_embeddings",
    "repad_flattened_features",
    "select_max_active_dims",
    "stack_padded_token_embeddings",
    "to_scipy_coo",
    "truncate_embeddings",
]
