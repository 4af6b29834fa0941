"""Triplets neither easy nor hopeless. Legend: B rows, D dimensions; [i, j] is a pair of rows."""

import torch
from torch import Tensor

from worker.engine.losses.batch_triplet_loss import BatchTripletLoss
from worker.engine.losses.batch_triplets import positives, same_class, sorted_negatives


class BatchSemiHardTripletLoss(BatchTripletLoss):
    """mean relu(d(i, j) − d(i, k) + margin), over all pairs i, j of one class.

    k is of another class: the nearest one that is further from i than j is, and where none is, the
    furthest one.
    Shapes: one embedding B×D, labels B, a class each → scalar ≥ 0, in units of the distance; 0
    where no class has two texts.
    Errors: ValueError without one label a row.
    Cost: memory B², time B²·log B.
    Source: Schroff et al. 2015, arXiv 1503.03832, section 3.2
    """

    def of_triplets(self, distances_BB: Tensor, classes_B: Tensor) -> Tensor:
        far_BB = _semi_hard_negative(distances_BB, classes_B)
        positives_BB = positives(classes_B)
        terms_BB = (distances_BB - far_BB + self.margin).clamp(min=0)
        return terms_BB.where(positives_BB, 0).sum() / positives_BB.sum().clamp(min=1)


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
