"""How far apart two embeddings are: the distances that losses take, by the names of upstream.

Legend: B rows, D dimensions. Siblings differ a little: each loss keeps the one it is known with.
"""

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, pairwise_distance

from worker.engine.similarity import (
    as_floats,
    cos_sim,
    pairwise_cos_sim,
    pairwise_euclidean_sim,
    pairwise_manhattan_sim,
)

Distance: TypeAlias = Callable[[Tensor, Tensor], Tensor]
"""Of row i of the one to row i of the other: B×D, B×D → B."""

DistanceOfAll: TypeAlias = Callable[[Tensor], Tensor]
"""Of every row to every row: B×D → B×B."""


def cosine_of_rows(x: Tensor, y: Tensor) -> Tensor:
    """Cosine of row i of `x` and row i of `y`, in 32 bits at least: B×D, B×D → B.

    What pairwise_cos_sim gives, without a copy of both at length 1 kept for the backward pass.
    """
    return cosine_similarity(as_floats(x), as_floats(y), dim=-1)


class TripletDistanceMetric:
    """For triplets: the negative of the similarities, and 1 − cos."""

    COSINE: Distance = staticmethod(lambda x, y: 1 - pairwise_cos_sim(x, y))
    EUCLIDEAN: Distance = staticmethod(lambda x, y: -pairwise_euclidean_sim(x, y))
    MANHATTAN: Distance = staticmethod(lambda x, y: -pairwise_manhattan_sim(x, y))


class SiameseDistanceMetric:
    """For pairs: torch's pairwise distance, which adds 1e-6 to each difference, and 1 − cos."""

    EUCLIDEAN: Distance = staticmethod(lambda x, y: pairwise_distance(x, y, p=2))
    MANHATTAN: Distance = staticmethod(lambda x, y: pairwise_distance(x, y, p=1))
    COSINE_DISTANCE: Distance = staticmethod(lambda x, y: 1 - cosine_of_rows(x, y))


class BatchHardTripletLossDistanceFunction:
    """For all pairs of a batch: B×D → B×B."""

    @staticmethod
    def cosine_distance(embeddings: Tensor) -> Tensor:
        """1 − cos of each row with each."""
        return 1 - cos_sim(embeddings, embeddings)

    @staticmethod
    def euclidean_distance(embeddings: Tensor, squared: bool = False) -> Tensor:
        """√(|x|² − 2 x·y + |y|²) of each row with each; without the root if `squared`.

        In 32 bits at least, autocast or not: the three terms almost cancel where rows are near.
        A root has no slope at 0, so that equal rows get the distance 0 with the gradient 0.
        """
        with torch.autocast(embeddings.device.type, enabled=False):
            rows_BD = as_floats(embeddings)
            products_BB = rows_BD @ rows_BD.T
        lengths_B = products_BB.diagonal()
        squares_BB = lengths_B[None, :] - 2 * products_BB + lengths_B[:, None]
        apart_BB = squares_BB > 0
        if squared:
            return squares_BB.where(apart_BB, 0)
        return squares_BB.where(apart_BB, 1).sqrt().where(apart_BB, 0)

    eucledian_distance = euclidean_distance  # as older scripts spell it
