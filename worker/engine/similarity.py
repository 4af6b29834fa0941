"""How alike two embeddings are. Higher is more alike; distances are therefore negative.

Legend: N, M rows; D dimensions. Inputs are tensors, arrays or lists of either, and are raised to
32-bit floats at least, since 16 bits can't order close neighbours.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import NoReturn, TypeAlias

import torch
from torch import Tensor
from torch.nn.functional import normalize, pad

from worker.engine.vectors import Vectors as Vectors
from worker.engine.vectors import as_tensor, in_a_batch

Similarity: TypeAlias = Callable[[Tensor, Tensor], Tensor]

SMALLEST_NORM = 1e-12  # a zero vector stays zero instead of becoming NaN


def as_rows(a: Vectors) -> Tensor:
    """`a` as a float tensor of shape N×D; a single vector becomes one row."""
    return in_a_batch(as_floats(a))


def as_floats(vectors: Vectors) -> Tensor:
    """`vectors` as one dense tensor of 32-bit floats or wider."""
    tensor = as_tensor(vectors)
    tensor = tensor.to_dense() if tensor.is_sparse else tensor
    return tensor if tensor.dtype in (torch.float32, torch.float64) else tensor.float()


def normalize_embeddings(embeddings: Tensor) -> Tensor:
    """Each row divided by its Euclidean length; sparse rows stay sparse."""
    if embeddings.is_sparse:
        return normalize_embeddings(embeddings.to_dense()).to_sparse()
    return normalize(embeddings, p=2, dim=-1, eps=SMALLEST_NORM)


def cos_sim(a: Vectors, b: Vectors) -> Tensor:
    """Cosine of the angle between every row of `a` and of `b`: N×D, M×D → N×M."""
    return normalize_embeddings(as_rows(a)) @ normalize_embeddings(as_rows(b)).T


def dot_score(a: Vectors, b: Vectors) -> Tensor:
    """Dot product of every row of `a` and of `b`: N×D, M×D → N×M."""
    return as_rows(a) @ as_rows(b).T


def manhattan_sim(a: Vectors, b: Vectors) -> Tensor:
    """Negative sum of absolute differences: N×D, M×D → N×M."""
    return -torch.cdist(as_rows(a), as_rows(b), p=1.0)


def euclidean_sim(a: Vectors, b: Vectors) -> Tensor:
    """Negative Euclidean distance: N×D, M×D → N×M."""
    return -torch.cdist(as_rows(a), as_rows(b), p=2.0)


def pairwise_cos_sim(a: Vectors, b: Vectors) -> Tensor:
    """Cosine of row i of `a` and row i of `b`: N×D, N×D → N."""
    return pairwise_dot_score(
        normalize_embeddings(as_floats(a)), normalize_embeddings(as_floats(b))
    )


def pairwise_dot_score(a: Vectors, b: Vectors) -> Tensor:
    """Dot product of row i of `a` and row i of `b`: N×D, N×D → N."""
    return (as_floats(a) * as_floats(b)).sum(dim=-1)


def pairwise_manhattan_sim(a: Vectors, b: Vectors) -> Tensor:
    """Negative sum of absolute differences of row i of `a` and row i of `b`: N×D, N×D → N."""
    return -(as_floats(a) - as_floats(b)).abs().sum(dim=-1)


def pairwise_euclidean_sim(a: Vectors, b: Vectors) -> Tensor:
    """Negative Euclidean distance of row i of `a` and row i of `b`: N×D, N×D → N."""
    distances: Tensor = torch.linalg.vector_norm(as_floats(a) - as_floats(b), dim=-1)
    return -distances


def pairwise_angle_sim(x: Vectors, y: Vectors) -> Tensor:
    """Cosine and sine of the angle between row i of `x` and row i of `y`, read as complex numbers
    whose imaginary halves come last, as |cos + sin|: N×D, N×D → N. An odd D is filled with a zero.

    Source: X. Li and J. Li 2023, arXiv 2309.12871.
    """
    odd = as_floats(x).shape[-1] % 2
    x_ND, y_ND = (normalize_embeddings(pad(as_floats(rows), (0, odd))) for rows in (x, y))
    (real_x, imaginary_x), (real_y, imaginary_y) = x_ND.chunk(2, dim=-1), y_ND.chunk(2, dim=-1)
    cosine = pairwise_dot_score(x_ND, y_ND)
    sine = pairwise_dot_score(imaginary_x, real_y) - pairwise_dot_score(real_x, imaginary_y)
    return (cosine + sine).abs()


class SimilarityFunction(StrEnum):
    """The four similarities that a model can carry; the values are those of its config file."""

    COSINE = "cosine"
    DOT_PRODUCT = "dot"
    DOT = "dot"
    EUCLIDEAN = "euclidean"
    MANHATTAN = "manhattan"

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        raise ValueError(f"A similarity is one of {', '.join(cls)}, not {value!r}.")

    @staticmethod
    def to_similarity_fn(name: "str | SimilarityFunction") -> Callable[[Vectors, Vectors], Tensor]:
        """The function of every row with every row. Raises ValueError for an unknown name."""
        return ALL_PAIRS[SimilarityFunction(name)]

    @staticmethod
    def to_similarity_pairwise_fn(
        name: "str | SimilarityFunction",
    ) -> Callable[[Vectors, Vectors], Tensor]:
        """The function of row i with row i. Raises ValueError for an unknown name."""
        return PAIRWISE[SimilarityFunction(name)]

    @staticmethod
    def possible_values() -> list[str]:
        return [member.value for member in SimilarityFunction]


ALL_PAIRS = {
    SimilarityFunction.COSINE: cos_sim,
    SimilarityFunction.DOT_PRODUCT: dot_score,
    SimilarityFunction.EUCLIDEAN: euclidean_sim,
    SimilarityFunction.MANHATTAN: manhattan_sim,
}
PAIRWISE = {
    SimilarityFunction.COSINE: pairwise_cos_sim,
    SimilarityFunction.DOT_PRODUCT: pairwise_dot_score,
    SimilarityFunction.EUCLIDEAN: pairwise_euclidean_sim,
    SimilarityFunction.MANHATTAN: pairwise_manhattan_sim,
}
