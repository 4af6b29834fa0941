"""The hardest triplets without a margin to choose. Legend: B rows, D dimensions."""

from collections.abc import Mapping
from typing import Any, ClassVar

from torch import Tensor
from torch.nn.functional import softplus

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.batch_triplets import furthest_positive, nearest_negative
from worker.engine.losses.distances import BatchHardTripletLossDistanceFunction, DistanceOfAll
from worker.engine.losses.labels import one_a_row
from worker.engine.losses.loss import Loss
from worker.engine.losses.names import function_name


class BatchHardSoftMarginTripletLoss(Loss):
    """mean_i log(1 + exp(max_j d(i, j) − min_k d(i, k))), j of the class of i, k of another.

    Shapes: one embedding B×D, labels B, a class each → scalar > 0, in nats.
    Errors: ValueError without one label a row.
    Source: Hermans et al. 2017, arXiv 1703.07737, section 2 ("soft margin")
    """

    citation = citations.BATCH_TRIPLETS
    functions: ClassVar[Mapping[str, object]] = {
        "distance_metric": BatchHardTripletLossDistanceFunction
    }

    def __init__(
        self,
        model: Encoder,
        distance_metric: DistanceOfAll = BatchHardTripletLossDistanceFunction.euclidean_distance,
    ) -> None:
        super().__init__(model)
        self.distance_metric = distance_metric

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> Tensor:
        rows_BD, *_ = embeddings
        classes_B = one_a_row(labels, len(rows_BD), type(self).__name__)
        distances_BB = self.distance_metric(rows_BD)
        far_B = furthest_positive(distances_BB, classes_B)
        near_B = nearest_negative(distances_BB, classes_B)
        return softplus(far_B - near_B).mean()

    def get_config_dict(self) -> dict[str, Any]:
        return {"distance_metric": function_name(self.distance_metric)}
