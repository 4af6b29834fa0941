"""The evaluators."""

from likewise.evaluation import *  # noqa: F403
from likewise.evaluation import __all__ as __all__
