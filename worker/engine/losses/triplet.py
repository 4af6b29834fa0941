"""A margin between the right answer and the wrong one. Legend: B rows, D dimensions."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import relu

from worker.engine.encoder import Encoder
from worker.engine.losses.loss import Loss
from worker.engine.similarity import (
    pairwise_cos_sim,
    pairwise_euclidean_sim,
    pairwise_manhattan_sim,
)


def _cosine_distance(x: Tensor, y: Tensor) -> Tensor:
    return 1 - pairwise_cos_sim(x, y)


def _euclidean_distance(x: Tensor, y: Tensor) -> Tensor:
    return -pairwise_euclidean_sim(x, y)


def _manhattan_distance(x: Tensor, y: Tensor) -> Tensor:
    return -pairwise_manhattan_sim(x, y)


class TripletDistanceMetric:
    """How far apart row i of x and row i of y are: B×D, B×D → B."""

    COSINE = staticmethod(_cosine_distance)
    EUCLIDEAN = staticmethod(_euclidean_distance)
    MANHATTAN = staticmethod(_manhattan_distance)


Distance = Callable[[Tensor, Tensor], Tensor]


class TripletLoss(Loss):
    """mean relu(d(anchor, positive) − d(anchor, negative) + margin).

    Shapes: three embeddings B×D → scalar ≥ 0, in units of the distance.
    Errors: none here. The number of columns was checked against the row before the first step.
    Source: Schroff et al. 2015, arXiv 1503.03832; Hermans et al. 2017, arXiv 1703.07737
    """

    def __init__(
        self,
        model: Encoder,
        distance_metric: Distance = TripletDistanceMetric.EUCLIDEAN,
        triplet_margin: float = 5,
    ) -> None:
        super().__init__(model)
        self.distance_metric = distance_metric
        self.triplet_margin = triplet_margin

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> Tensor:
        anchor_BD, positive_BD, negative_BD = embeddings
        near_B = self.distance_metric(anchor_BD, positive_BD)
        far_B = self.distance_metric(anchor_BD, negative_BD)
        return torch.mean(relu(near_B - far_B + self.triplet_margin))

    def get_config_dict(self) -> dict[str, Any]:
        names = {f: name for name, f in _NAMED.items()}
        name = names.get(self.distance_metric, getattr(self.distance_metric, "__name__", ""))
        return {"distance_metric": name, "triplet_margin": self.triplet_margin}

    @property
    def citation(self) -> str:
        return """@misc{hermans2017defense,
    title = {In Defense of the Triplet Loss for Person Re-Identification},
    author = {Alexander Hermans and Lucas Beyer and Bastian Leibe},
    year = {2017},
    eprint = {1703.07737},
    archivePrefix = {arXiv}
}"""


_NAMED: dict[str, Distance] = {
    "TripletDistanceMetric.COSINE": TripletDistanceMetric.COSINE,
    "TripletDistanceMetric.EUCLIDEAN": TripletDistanceMetric.EUCLIDEAN,
    "TripletDistanceMetric.MANHATTAN": TripletDistanceMetric.MANHATTAN,
}
