"""Each text against its hardest triplet in the batch. Legend: B rows, D dimensions."""

from torch import Tensor

from worker.engine.losses.batch_triplet_loss import BatchTripletLoss
from worker.engine.losses.batch_triplets import furthest_positive, nearest_negative


class BatchHardTripletLoss(BatchTripletLoss):
    """mean_i relu(max_j d(i, j) − min_k d(i, k) + margin), j of the class of i, k of another.

    Shapes: one embedding B×D, labels B, a class each → scalar ≥ 0, in units of the distance.
    Errors: ValueError without one label a row.
    Source: Hermans et al. 2017, arXiv 1703.07737, equation 5
    """

    def of_triplets(self, distances_BB: Tensor, classes_B: Tensor) -> Tensor:
        far_B = furthest_positive(distances_BB, classes_B)
        near_B = nearest_negative(distances_BB, classes_B)
        return (far_B - near_B + self.margin).clamp(min=0).mean()
