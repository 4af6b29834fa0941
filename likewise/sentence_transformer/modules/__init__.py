"""The modules that a model is made of."""

from likewise.models import *  # noqa: F403
from likewise.models import __all__ as __all__
