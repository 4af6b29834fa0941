"""The pairs of a batch that are still in the wrong order. Legend: B rows, D dimensions."""

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


class OnlineContrastiveLoss(Loss):
    """Σ d² + Σ relu(margin − d)², over the alike pairs and over the unlike ones that are hard.

    An alike pair is hard where it is further apart than the nearest unlike pair of the batch, an
    unlike one where it is nearer than the furthest alike pair. Where the batch has none of the
    other sort, a pair is measured by the mean of its own.
    Shapes: two embeddings B×D, labels B, 1 for alike and 0 for not → scalar ≥ 0.
    Errors: ValueError without one label a row; a warning, once, if they aren't 0 and 1.
    Source: Sentence Transformers documentation, OnlineContrastiveLoss; the terms: Hadsell et al.
    2006, doi 10.1109/CVPR.2006.100
    """

    citation = citations.CONTRASTIVE
    functions: ClassVar[Mapping[str, object]] = {"distance_metric": SiameseDistanceMetric}

    def __init__(
        self,
        model: Encoder,
        distance_metric: Distance = SiameseDistanceMetric.COSINE_DISTANCE,
        margin: float = 0.5,
    ) -> None:
        super().__init__(model)
        self.distance_metric = distance_metric
        self.margin = margin
        self._is_first_batch = True

    def compute(self, embeddings: list[Tensor], labels: Tensor | None) -> Tensor:
        a_BD, b_BD = embeddings
        y_B = one_a_row(labels, len(a_BD), type(self).__name__)
        if self._is_first_batch:
            warn_unless_binary(y_B, type(self).__name__, "Their pairs are left out.")
            self._is_first_batch = False
        d_B = self.distance_metric(a_BD, b_BD)
        alike, unlike = d_B[y_B == 1], d_B[y_B == 0]
        too_far = alike[alike > (unlike.min() if len(unlike) else alike.mean())]
        too_near = unlike[unlike < (alike.max() if len(alike) else unlike.mean())]
        return (too_far**2).sum() + (relu(self.margin - too_near) ** 2).sum()

    def get_config_dict(self) -> dict[str, Any]:
        return {
            "distance_metric": member_name(SiameseDistanceMetric, self.distance_metric),
            "margin": self.margin,
        }
