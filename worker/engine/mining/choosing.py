"""From the candidates that are left, the negatives of each query.

Legend: Q queries; K candidates; n negatives.
"""

import random
from collections.abc import Callable
from typing import TypeAlias

import torch

from worker.engine.mining.rules import Rules, Strategy
from worker.engine.retrieval.nearest import Nearest

Negatives: TypeAlias = list[tuple[int, float]]  # places and scores, highest first


def choose(found: Nearest, rules: Rules) -> list[Negatives]:
    """`rules.num_negatives` a query, fewer where there are no more."""
    best = found.scores.topk(rules.range_max, dim=1)
    ranked = Nearest(best.values, found.places.gather(1, best.indices))
    ranked = Nearest(*(values[:, rules.range_min :] for values in ranked))
    chosen = STRATEGIES[rules.sampling_strategy](ranked, rules.num_negatives)
    return [
        [(place, score) for place, score in zip(*row, strict=True) if score != -torch.inf]
        for row in zip(chosen.places.tolist(), chosen.scores.tolist(), strict=True)
    ]


def _top(ranked: Nearest, count: int) -> Nearest:
    return Nearest(ranked.scores[:, :count], ranked.places[:, :count])


def _random(ranked: Nearest, count: int) -> Nearest:
    """Any of those that are left, each as likely, by Python's own random numbers."""
    left_Q = (~ranked.scores.isneginf()).sum(dim=1).clamp(min=count).tolist()
    ranks = torch.tensor([sorted(random.sample(range(left), count)) for left in left_Q])
    return Nearest(ranked.scores.gather(1, ranks), ranked.places.gather(1, ranks))


STRATEGIES: dict[Strategy, Callable[[Nearest, int], Nearest]] = {"top": _top, "random": _random}
