"""Training as it was before 3.0: DataLoaders of examples, each with its loss.

`fit` lets the trainer do it, `old_fit` is the loop of that time. Both are methods of the model.
"""

from worker.engine.fitting.fit import fit
from worker.engine.fitting.old_fit import old_fit

__all__ = ["fit", "old_fit"]
