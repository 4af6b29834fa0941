"""Wrong answers that look right."""

from worker.engine.mining import mine_hard_negatives

__all__ = [
    "mine_hard_negatives",
]
