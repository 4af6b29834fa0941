"""The losses."""

from likewise.losses import *  # noqa: F403
from likewise.losses import __all__ as __all__
