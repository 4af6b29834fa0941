"""What a person wants to know about negatives before training on them."""

from collections.abc import Callable

import numpy as np

from worker.engine.mining.filters import Dropped
from worker.engine.mining.rows import Mined
from worker.engine.mining.rules import Rules

ROW = "{:<8}{:>12}{:>12}{:>12}"
FIGURES: dict[str, Callable[[np.ndarray], float]] = {
    "mean": np.mean,
    "std": np.std,
    "min": np.min,
    "25 %": lambda scores: float(np.quantile(scores, 0.25)),
    "median": np.median,
    "75 %": lambda scores: float(np.quantile(scores, 0.75)),
    "max": np.max,
}


def summary(mined: Mined, rules: Rules, dropped: Dropped) -> str:
    """Scores of positives and negatives, what the rules took out, and who found too few."""
    positives = np.array([score for scores in mined.positive_scores for score in scores])
    negatives, differences = _paired(mined)
    lines = [
        ROW.format("score", "positive", "negative", "difference"),
        ROW.format("count", len(positives), len(negatives), len(differences)),
    ]
    for name, figure in FIGURES.items():
        if len(negatives):
            cells = [f"{figure(scores):.4f}" for scores in (positives, negatives, differences)]
            lines.append(ROW.format(name, *cells))
    for name, count in dropped.items():
        lines.append(f"{name}={rules.filters[name]} took out {count:,} candidates.")
    short = sum(len(found) < mined.wanted for found in mined.negatives)
    if short:
        loosen = ", ".join(["range_max", *dropped])
        lines.append(
            f"{short:,} of {len(mined.negatives):,} queries found fewer than {mined.wanted} "
            f"negatives. To find more, loosen {loosen}."
        )
    return "\n".join(lines)


def _paired(mined: Mined) -> tuple[np.ndarray, np.ndarray]:
    """The score of each negative beside each positive of its query, and by how much it is lower."""
    pairs = [
        (negative, positive - negative)
        for positives, negatives in zip(mined.positive_scores, mined.negatives, strict=True)
        for positive in positives
        for _, negative in negatives
    ]
    array = np.array(pairs).reshape(-1, 2)
    return array[:, 0], array[:, 1]
