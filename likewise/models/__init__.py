"""The modules that a model is made of."""

from worker.engine.model.modules import *  # noqa: F403  # its __all__ is ours
from worker.engine.model.modules import __all__ as __all__
