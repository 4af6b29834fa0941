"""What the losses share that make their triplets within a batch and ask for a margin.

Legend: B rows, D dimensions; [i, j] is a pair of rows.
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from torch import Tensor

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.distances import BatchHardTripletLossDistanceFunction, DistanceOfAll
from worker.engine.losses.labels import one_a_row
from worker.engine.losses.loss import Loss
from worker.engine.losses.names import function_name


class BatchTripletLoss(Loss):
    """Triplets of one column of texts, by their classes: an anchor shall be nearer to those of its
    class than to all others, by `margin`."""

    citation = citations.BATCH_TRIPLETS
    functions: ClassVar[Mapping[str, object]] = {
        "distance_metric": BatchHardTripletLossDistanceFunction
    }

    def __init__(
        self,
        model: Encoder,
        distance_metric: DistanceOfAll = BatchHardTripletLossDistanceFunction.euclidean_distance,
        margin: float = 5,
    ) -> None:
        super().__init__(model)
        self.distance_metric = distance_metric
        self.margin = margin

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> Tensor:
        rows_BD, *_ = embeddings
        classes_B = one_a_row(labels, len(rows_BD), type(self).__name__)
        return self.of_triplets(self.distance_metric(rows_BD), classes_B)

    @abstractmethod
    def of_triplets(self, distances_BB: Tensor, classes_B: Tensor) -> Tensor:
        """The loss of the triplets that are chosen, from how far all rows are apart: a scalar."""

    def get_config_dict(self) -> dict[str, Any]:
        return {"distance_metric": function_name(self.distance_metric), "margin": self.margin}
