"""Hard negatives: texts that a model takes for answers, and that are none."""

from worker.engine.mining.mine import mine_hard_negatives

__all__ = ["mine_hard_negatives"]
