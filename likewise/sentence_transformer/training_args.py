"""The settings of a training."""

from likewise.training_args import *  # noqa: F403
from likewise.training_args import __all__ as __all__
