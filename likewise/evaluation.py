"""The evaluators."""

from worker.engine.evaluation import *  # noqa: F403  # the engine lists its names once
from worker.engine.evaluation import __all__ as __all__
