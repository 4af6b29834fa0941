"""Embeddings that are mostly zero: made so, counted, and handed to SciPy.

Legend: N rows; V dimensions, often the words of a vocabulary.
"""

import numpy as np
import torch
from scipy.sparse import coo_matrix
from torch import Tensor

from worker.engine.vectors import as_tensor


def select_max_active_dims(
    embeddings: np.ndarray | Tensor, max_active_dims: int | None
) -> np.ndarray | Tensor:
    """`embeddings` with all but the `max_active_dims` largest values (by size) of each row zero.

    A new tensor, never a change in place; None gives `embeddings` back. Raises ValueError below 1.
    """
    if max_active_dims is None:
        return embeddings
    if max_active_dims <= 0:
        raise ValueError(f"max_active_dims is {max_active_dims}; keep at least 1 dimension.")
    values = as_tensor(embeddings)
    kept = values.abs().topk(min(max_active_dims, values.shape[-1]), dim=-1).indices
    return torch.zeros_like(values).scatter_(-1, kept, values.gather(-1, kept))


def to_scipy_coo(x: Tensor) -> coo_matrix:
    """A sparse tensor N×V as SciPy's matrix of the same places and values."""
    x = x.coalesce()
    values = x.values().float() if x.dtype == torch.bfloat16 else x.values()  # NumPy has none
    rows, columns = x.indices().cpu().numpy()
    return coo_matrix((values.cpu().numpy(), (rows, columns)), shape=tuple(x.shape))


def compute_count_vector(embeddings: Tensor) -> Tensor:
    """In how many rows each dimension is stored as not zero: N×V or V → V, as 32-bit integers.

    Raises ValueError for a tensor of more dimensions.
    """
    if embeddings.dim() not in (1, 2):
        raise ValueError(f"Give one vector or rows of vectors, not {embeddings.dim()} dimensions.")
    sparse = embeddings if embeddings.is_sparse else embeddings.to_sparse()
    dimensions = sparse.coalesce().indices()[-1]
    return torch.bincount(dimensions, minlength=embeddings.shape[-1]).to(torch.int32)
