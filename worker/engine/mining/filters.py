"""Candidates that may be no negatives after all are taken out: their score becomes −∞.

Legend: Q queries; K candidates.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor

from worker.engine.mining.rules import Rules
from worker.engine.retrieval.nearest import Nearest


@dataclass(frozen=True)
class Compared:
    """Scores Q×K beside the lowest score of each query's positives, Q×1."""

    scores_QK: Tensor
    positive_Q1: Tensor


# The lowest of several positives, so that no negative passes for more alike than any of them.
TOO_NEAR: dict[str, Callable[[Compared, float], Tensor]] = {
    "absolute_margin": lambda at, m: at.scores_QK + m > at.positive_Q1,
    # a share of the size: with a share of the score, a negative one would let everything through
    "relative_margin": lambda at, m: at.scores_QK > at.positive_Q1 - at.positive_Q1.abs() * m,
    "max_score": lambda at, score: at.scores_QK > score,
    "min_score": lambda at, score: at.scores_QK < score,
}

Dropped: TypeAlias = Counter[str]


def within(rules: Rules, found: Nearest, lowest_positive_Q: Tensor) -> tuple[Nearest, Dropped]:
    """`found` without what lies outside of the rules, and how many each rule took out."""
    scores, dropped = found.scores, Counter[str]()
    for name, limit in rules.filters.items():
        outside = TOO_NEAR[name](Compared(scores, lowest_positive_Q[:, None]), limit)
        outside &= ~scores.isneginf()
        dropped[name] = int(outside.sum())
        scores = scores.masked_fill(outside, -torch.inf)
    return Nearest(scores, found.places), dropped
