"""How often a training measures, tells and keeps, where nobody said."""

TIMES_A_TRAINING = 5
"""It is measured, and a checkpoint written."""

LINES_A_TRAINING = 200
"""It tells its loss."""

KEPT_CHECKPOINTS = 2
