"""The nearest texts of each text, by two models, and how they changed. Pure.

Legend: N texts; D dimensions; K neighbours; C texts of a chunk.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]
Places: TypeAlias = NDArray[np.int32]

NEIGHBOURS = 10
AT_ONCE = 512
"""Rows of similarities that are in memory at once."""


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """`base` and `tuned` are N×K, the nearest first. `stayed` is how many of a text's neighbours
    are the same before and after (N); `was_place` the place that its nearest one now had before,
    from 1 on (N)."""

    base: Places
    tuned: Places
    stayed: Places
    was_place: Places

    @property
    def count(self) -> int:
        return int(self.base.shape[1])

    def most_changed(self, most: int) -> list[int]:
        """The texts of which the fewest neighbours stayed; of equals, those whose nearest one came
        from farthest away."""
        order = np.lexsort((-self.was_place, self.stayed))
        return [int(place) for place in order[:most] if self.stayed[place] < self.count]


def compare(base_ND: Vectors, tuned_ND: Vectors, most: int = NEIGHBOURS) -> Neighbours:
    """The at most `most` nearest of each text by both models, by the dot product: the cosine, where
    vectors have length 1. A text is no neighbour of itself. At least two texts."""
    count = min(most, len(base_ND) - 1)
    found = []
    for start in range(0, len(base_ND), AT_ONCE):
        rows = np.arange(start, min(start + AT_ONCE, len(base_ND)))
        base_CN, tuned_CN = (_scores(each, rows) for each in (base_ND, tuned_ND))
        base_CK, tuned_CK = (_nearest(scores, count) for scores in (base_CN, tuned_CN))
        nearest_C1 = np.take_along_axis(base_CN, tuned_CK[:, :1], axis=1)
        was_place_C = 1 + (base_CN > nearest_C1).sum(axis=1)
        stayed_C = (base_CK[:, :, None] == tuned_CK[:, None, :]).any(axis=2).sum(axis=1)
        found.append((base_CK, tuned_CK, stayed_C, was_place_C))
    base, tuned, stayed, was_place = (
        np.concatenate(parts).astype(np.int32) for parts in zip(*found, strict=True)
    )
    return Neighbours(base=base, tuned=tuned, stayed=stayed, was_place=was_place)


def _scores(vectors_ND: Vectors, rows_C: NDArray[np.int64]) -> Vectors:
    scores_CN: Vectors = vectors_ND[rows_C] @ vectors_ND.T
    scores_CN[np.arange(len(rows_C)), rows_C] = -np.inf
    return scores_CN


def _nearest(scores_CN: Vectors, count: int) -> NDArray[np.int64]:
    """The highest first; of equals, the text that comes first."""
    some_CK = np.argpartition(-scores_CN, count - 1, axis=1)[:, :count]
    order_CK = np.lexsort((some_CK, -np.take_along_axis(scores_CN, some_CK, axis=1)), axis=1)
    return np.take_along_axis(some_CK, order_CK, axis=1)
