"""Triplets made within a batch, from one column of texts and their classes.

Legend: B rows; [i, j] is a pair of rows, i the anchor. All of it takes B² memory: the triplets
themselves, B³ of them, are never held.
"""

import torch
from torch import Tensor

INFINITE = float("inf")


def positives(classes_B: Tensor) -> Tensor:
    """Where row j is of the class of row i, and another row: B×B."""
    itself_BB = torch.eye(len(classes_B), dtype=torch.bool, device=classes_B.device)
    return same_class(classes_B) & ~itself_BB


def same_class(classes_B: Tensor) -> Tensor:
    """Where row j is of the class of row i, i itself included; the rest are negatives: B×B."""
    return classes_B[:, None] == classes_B[None, :]


def furthest_positive(distances_BB: Tensor, classes_B: Tensor) -> Tensor:
    """Of each anchor, how far its furthest positive is; 0 where it has none: B."""
    return (distances_BB * positives(classes_B)).max(dim=1).values


def nearest_negative(distances_BB: Tensor, classes_B: Tensor) -> Tensor:
    """Of each anchor, how far its nearest negative is: B.

    Its own class is moved beyond its furthest row, out of the way: infinity would do as well, but
    an anchor without negatives must still have a finite distance.
    """
    furthest_B1 = distances_BB.max(dim=1, keepdim=True).values
    return (distances_BB + furthest_B1 * same_class(classes_B)).min(dim=1).values


def sorted_negatives(distances_BB: Tensor, classes_B: Tensor) -> Tensor:
    """Of each anchor, how far its negatives are, the nearest first; infinity behind them: B×B."""
    return distances_BB.masked_fill(same_class(classes_B), INFINITE).sort(dim=1).values
