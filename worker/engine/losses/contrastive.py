"""Alike pairs drawn together, unlike ones held a margin apart. Legend: B rows, D dimensions."""

from collections.abc import Mapping
from typing import Any, ClassVar

from torch import Tensor
from torch.nn.functional import relu

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.distances import Distance, SiameseDistanceMetric
from worker.engine.losses.labels import one_a_row, warn_unless_binary
from worker.engine.losses.loss import Loss
from worker.engine.losses.names import member_name


class ContrastiveLoss(Loss):
    """mean ½ (y · d² + (1 − y) · relu(margin − d)²), d the distance of a pair, y its label.

    The sum in place of the mean unless `size_average`.
    Shapes: two embeddings B×D, labels B, 1 for alike and 0 for not → scalar ≥ 0.
    Errors: ValueError without one label a row; a warning, once, if they aren't 0 and 1.
    Source: Hadsell et al. 2006, doi 10.1109/CVPR.2006.100
    """

    citation = citations.CONTRASTIVE
    functions: ClassVar[Mapping[str, object]] = {"distance_metric": SiameseDistanceMetric}

    def __init__(
        self,
        model: Encoder,
        distance_metric: Distance = SiameseDistanceMetric.COSINE_DISTANCE,
        margin: float = 0.5,
        size_average: bool = True,
    ) -> None:
        super().__init__(model)
        self.distance_metric = distance_metric
        self.margin = margin
        self.size_average = size_average
        self._is_first_batch = True

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> Tensor:
        a_BD, b_BD = embeddings
        y_B = one_a_row(labels, len(a_BD), type(self).__name__)
        if self._is_first_batch:
            warn_unless_binary(y_B, type(self).__name__, "They weigh: y for alike, 1 − y for not.")
            self._is_first_batch = False
        d_B = self.distance_metric(a_BD, b_BD)
        y_B = y_B.to(d_B.dtype)
        terms_B = (y_B * d_B**2 + (1 - y_B) * relu(self.margin - d_B) ** 2) / 2
        return terms_B.mean() if self.size_average else terms_B.sum()

    def get_config_dict(self) -> dict[str, Any]:
        return {
            "distance_metric": member_name(SiameseDistanceMetric, self.distance_metric),
            "margin": self.margin,
            "size_average": self.size_average,
        }
