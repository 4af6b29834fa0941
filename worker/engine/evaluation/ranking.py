"""Which documents stand highest for each query, and what that ranking is worth.

Legend: Q queries, C documents of a chunk, K kept places, R relevant documents of a query.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor


@dataclass
class Best:
    """The K highest documents of each query so far; equal scores go to the lower number.

    Documents are numbered in the order of their ids, so that no chunking changes a result.
    """

    keep: int
    scores_QK: np.ndarray | None = field(default=None)
    places_QK: np.ndarray | None = field(default=None)

    def add(self, scores: Iterable[Tensor], places_C: np.ndarray) -> None:
        """Let the documents `places_C` compete with those kept so far.

        `scores` are Q×C, in blocks of queries, so that only one block need exist at a time.
        """
        tops = [_highest(block_QC, min(self.keep, len(places_C))) for block_QC in scores]
        scores_QK = torch.cat([values for values, _ in tops]).cpu().numpy()
        places_QK = places_C[torch.cat([columns for _, columns in tops]).cpu().numpy()]
        if self.scores_QK is not None and self.places_QK is not None:
            scores_QK = np.concatenate([self.scores_QK, scores_QK], axis=1)
            places_QK = np.concatenate([self.places_QK, places_QK], axis=1)
        order = np.lexsort((places_QK, -scores_QK), axis=1)[:, : self.keep]
        self.scores_QK = np.take_along_axis(scores_QK, order, axis=1)
        self.places_QK = np.take_along_axis(places_QK, order, axis=1)


def _highest(scores_QC: Tensor, keep: int) -> tuple[Tensor, Tensor]:
    """The `keep` highest scores of each row and their columns; ties go to the lower column."""
    scores_QK, columns_QK = torch.topk(scores_QC, keep, dim=1)
    cut_through_Q = (scores_QC >= scores_QK[:, -1:]).sum(dim=1) > keep
    if cut_through_Q.any():  # topk chooses among equals as it likes; a stable sort doesn't
        order = scores_QC[cut_through_Q].sort(dim=1, descending=True, stable=True).indices
        columns_QK[cut_through_Q] = order[:, :keep]
        scores_QK = scores_QC.gather(1, columns_QK)
    return scores_QK, columns_QK


@dataclass(frozen=True)
class Hits:
    """Which of the kept places of each query hold a relevant document."""

    is_hit_QK: np.ndarray
    relevant_Q: np.ndarray
    """How many documents are relevant to each query; one or more."""

    def accuracy(self, k: int) -> np.ndarray:
        """1 where a relevant document is among the first k, else 0: Q."""
        return np.asarray(self.is_hit_QK[:, :k].any(axis=1), dtype=np.float64)

    def precision(self, k: int) -> np.ndarray:
        """The share of relevant documents among the first k: Q."""
        return np.asarray(self.is_hit_QK[:, :k].sum(axis=1) / k)

    def recall(self, k: int) -> np.ndarray:
        """The share of the relevant documents that is among the first k: Q."""
        return np.asarray(self.is_hit_QK[:, :k].sum(axis=1) / self.relevant_Q)

    def mrr(self, k: int) -> np.ndarray:
        """1 / place of the first relevant document among the first k, else 0: Q."""
        hits_QK = self.is_hit_QK[:, :k]
        return np.where(hits_QK.any(axis=1), 1 / (hits_QK.argmax(axis=1) + 1), 0.0)

    def ndcg(self, k: int) -> np.ndarray:
        """Σ 1 / log₂(place + 1) over the hits, by what the best order would give: Q."""
        gains_K = 1 / np.log2(np.arange(2, k + 2))
        hits_QK = self.is_hit_QK[:, :k]
        best_K = np.concatenate([[0.0], np.cumsum(gains_K)])
        ideal_Q = best_K[np.minimum(self.relevant_Q, k)]
        return np.asarray((hits_QK * gains_K[: hits_QK.shape[1]]).sum(axis=1) / ideal_Q)

    def map(self, k: int) -> np.ndarray:
        """The mean of the precisions at each hit among the first k: Q."""
        hits_QK = self.is_hit_QK[:, :k]
        places_K = np.arange(1, hits_QK.shape[1] + 1)
        precisions_Q = (hits_QK * np.cumsum(hits_QK, axis=1) / places_K).sum(axis=1)
        return np.asarray(precisions_Q / np.minimum(self.relevant_Q, k))
