"""Triplets neither easy nor hopeless. Legend: B rows, D dimensions; [i, j] is a pair of rows."""

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor

from worker.engine.encoder import Encoder
from worker.engine.losses import citations
from worker.engine.losses.batch_triplets import positives, same_class, sorted_negatives
from worker.engine.losses.distances import BatchHardTripletLossDistanceFunction, DistanceOfAll
from worker.engine.losses.labels import one_a_row
from worker.engine.losses.loss import Loss
from worker.engine.losses.names import function_name


class BatchSemiHardTripletLoss(Loss):
    """mean relu(d(i, j) − d(i, k) + margin), over all pairs i, j of one class.

    k is of another class: the nearest one that is further from i than j is, and where none is, the
    furthest one.
    Shapes: one embedding B×D, labels B, a class each → scalar ≥ 0, in units of the distance; 0
    where no class has two texts.
    Errors: ValueError without one label a row.
    Cost: memory B², time B²·log B.
    Source: Schroff et al. 2015, arXiv 1503.03832, section 3.2
    """

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
        near_BB = self.distance_metric(rows_BD)
        far_BB = _semi_hard_negative(near_BB, classes_B)
        positives_BB = positives(classes_B)
        terms_BB = (near_BB - far_BB + self.margin).clamp(min=0)
        return terms_BB.where(positives_BB, 0).sum() / positives_BB.sum().clamp(min=1)

    def get_config_dict(self) -> dict[str, Any]:
        return {"distance_metric": function_name(self.distance_metric), "margin": self.margin}


def _semi_hard_negative(distances_BB: Tensor, classes_B: Tensor) -> Tensor:
    """At [i, j] how far the negative is that i is compared with because of its positive j: B×B."""
    negatives_BB = sorted_negatives(distances_BB, classes_B)
    number_B1 = (~same_class(classes_B)).sum(dim=1, keepdim=True)
    # How many negatives of i are no further than j is: the place of the first one that is.
    place_BB = torch.searchsorted(negatives_BB.detach(), distances_BB.detach(), right=True)
    furthest_B1 = negatives_BB.gather(1, (number_B1 - 1).clamp(min=0))
    nearest_row_B1 = distances_BB.min(dim=1, keepdim=True).values  # itself, at 0
    fallback_B1 = furthest_B1.where(number_B1 > 0, nearest_row_B1)
    beyond_BB = negatives_BB.gather(1, place_BB.clamp(max=len(classes_B) - 1))
    return beyond_BB.where(place_BB < number_B1, fallback_B1)
