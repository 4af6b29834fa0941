"""The score from which on a pair counts as alike, chosen as well as these pairs allow.

Legend: N pairs, sorted by score, the most alike first; G groups of equal scores, which no
threshold can part.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Groups:
    """Pairs in order, and where each group of equal scores ends."""

    scores_N: np.ndarray
    found_G: np.ndarray
    """How many alike pairs there are up to the end of each group."""
    ends_G: np.ndarray
    """The number of pairs up to the end of each group."""
    alike: int

    @classmethod
    def of(cls, scores: np.ndarray, labels: np.ndarray, higher_is_alike: bool) -> "Groups":
        order = np.argsort(-scores if higher_is_alike else scores, kind="stable")
        ordered = scores[order]
        last = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(ordered) - 1)
        found = np.cumsum(labels[order] == 1)
        return cls(ordered, found[last], last + 1, int(found[-1]))

    def threshold(self, group: int) -> float:
        """Between `group` and the next: their midpoint, or its own score where that rounds up."""
        own = self.scores_N[self.ends_G[group] - 1]
        if self.ends_G[group] == len(self.scores_N):
            return float(own)
        following = self.scores_N[self.ends_G[group]]
        middle = (own + following) / 2
        return float(own if middle == following else middle)


def best_accuracy(
    scores: np.ndarray, labels: np.ndarray, higher_is_alike: bool
) -> tuple[float, float]:
    """The largest share of pairs judged rightly, and the threshold that gives it."""
    groups = Groups.of(scores, labels, higher_is_alike)
    unlike = len(scores) - groups.alike
    right_G = groups.found_G + unlike - (groups.ends_G - groups.found_G)
    best = int(np.argmax(right_G))
    if right_G[best] <= unlike:  # nothing beats calling every pair unlike
        beyond = np.inf if higher_is_alike else -np.inf
        start = groups.scores_N[0]
        return unlike / len(scores), float(np.nextafter(start, np.asarray(beyond, start.dtype)))
    return float(right_G[best] / len(scores)), groups.threshold(best)


def best_f1(
    scores: np.ndarray, labels: np.ndarray, higher_is_alike: bool, alike: int | None = None
) -> tuple[float, float, float, float]:
    """The largest F1, its precision and recall, and its threshold; zeros if no pair is alike.

    `alike` is how many alike pairs there are in all, where these are only some.
    """
    groups = Groups.of(scores, labels, higher_is_alike)
    if not groups.alike:
        return 0.0, 0.0, 0.0, 0.0
    precision_G = groups.found_G / groups.ends_G
    recall_G = groups.found_G / (alike or groups.alike)
    f1_G = 2 * precision_G * recall_G / np.maximum(precision_G + recall_G, np.finfo(float).tiny)
    best = int(np.argmax(f1_G))
    return (
        float(f1_G[best]),
        float(precision_G[best]),
        float(recall_G[best]),
        groups.threshold(best),
    )


def matthews(labels: np.ndarray, predicted: np.ndarray) -> float:
    """Matthews' correlation of two 0/1 vectors, −1…1; 0 where one of them is constant."""
    truth, guess = labels.astype(float), predicted.astype(float)
    spread = truth.std() * guess.std()
    if spread == 0:
        return 0.0
    return float(((truth - truth.mean()) * (guess - guess.mean())).mean() / spread)
