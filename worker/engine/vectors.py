"""Embeddings in any shape that people hold them in, as one tensor; and cut to fewer dimensions.

Legend: N rows; D dimensions.
"""

from typing import TypeAlias, TypeVar

import numpy as np
import torch
from torch import Tensor

Vectors: TypeAlias = Tensor | np.ndarray | list[Tensor] | list[np.ndarray] | list[list[float]]
Cut = TypeVar("Cut", Tensor, np.ndarray)


def as_tensor(a: Vectors) -> Tensor:
    """`a` as one tensor of its own type; a list of vectors is stacked. Arrays are not copied."""
    if isinstance(a, Tensor):
        return a
    if isinstance(a, list) and a and isinstance(a[0], Tensor):
        return torch.stack(a)
    if isinstance(a, list):
        exact = bool(a) and isinstance(a[0], np.ndarray)
        return torch.from_numpy(np.stack(a)) if exact else torch.tensor(a)
    return torch.from_numpy(a) if a.flags.writeable else torch.tensor(a)


def in_a_batch(a: Tensor) -> Tensor:
    """A single vector D becomes one row 1×D; rows stay as they are."""
    return a.unsqueeze(0) if a.dim() == 1 else a


def truncate_embeddings(embeddings: Cut, truncate_dim: int | None) -> Cut:
    """The first `truncate_dim` dimensions of each row; None keeps all."""
    return embeddings[..., :truncate_dim]
