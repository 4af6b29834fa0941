"""The losses."""

from worker.engine.losses import *  # noqa: F403  # the engine lists its names once
from worker.engine.losses import __all__ as __all__
