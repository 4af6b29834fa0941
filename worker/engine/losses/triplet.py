"""A margin between the right answer and the wrong one. Legend: B rows, D dimensions."""

from collections.abc import Mapping
from typing import Any, ClassVar

from torch import Tensor
from torch.nn.functional import relu

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.distances import Distance, TripletDistanceMetric
from worker.engine.losses.loss import Loss
from worker.engine.losses.names import member_name


class TripletLoss(Loss):
    """mean relu(d(anchor, positive) − d(anchor, negative) + margin).

    Shapes: three embeddings B×D → scalar ≥ 0, in units of the distance.
    Errors: none here. The number of columns was checked against the row before the first step.
    Source: Schroff et al. 2015, arXiv 1503.03832; Hermans et al. 2017, arXiv 1703.07737
    """

    citation = citations.BATCH_TRIPLETS
    functions: ClassVar[Mapping[str, object]] = {"distance_metric": TripletDistanceMetric}

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
        return relu(near_B - far_B + self.triplet_margin).mean()

    def get_config_dict(self) -> dict[str, Any]:
        return {
            "distance_metric": member_name(TripletDistanceMetric, self.distance_metric),
            "triplet_margin": self.triplet_margin,
        }
