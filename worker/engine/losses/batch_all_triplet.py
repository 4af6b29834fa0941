"""All triplets of a batch. Legend: B rows, D dimensions; [i, j] is a pair of rows."""

import torch
from torch import Tensor

from worker.engine.losses.batch_triplet_loss import BatchTripletLoss
from worker.engine.losses.batch_triplets import positives, sorted_negatives


class BatchAllTripletLoss(BatchTripletLoss):
    """mean (d(i, j) − d(i, k) + margin) over all i, j, k for which it is above 0.

    j is of the class of i, k of another.
    Shapes: one embedding B×D, labels B, a class each → scalar ≥ 0, in units of the distance; 0
    where no triplet is above 0.
    Errors: ValueError without one label a row.
    Cost: memory B², time B²·log B, though the triplets are B³: with the negatives of i in order,
    those that count against i, j are the first ones, and their distances' sum is a running one.
    Source: Hermans et al. 2017, arXiv 1703.07737, equation 6 and "≠0" of table 1
    """

    def of_triplets(self, distances_BB: Tensor, classes_B: Tensor) -> Tensor:
        negatives_BB = sorted_negatives(distances_BB, classes_B)
        reach_BB = distances_BB + self.margin
        within_BB = torch.searchsorted(negatives_BB.detach(), reach_BB.detach())
        count_BB = within_BB.where(positives(classes_B), 0)
        # sums[i, n] is that of the n nearest negatives of i; the infinities behind are never asked.
        sums_BB = negatives_BB.cumsum(dim=1)
        sum_BB = sums_BB.gather(1, (count_BB - 1).clamp(min=0)).where(count_BB > 0, 0)
        return (count_BB * reach_BB - sum_BB).sum() / count_BB.sum().clamp(min=1)
