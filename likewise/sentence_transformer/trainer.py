"""The trainer."""

from likewise.trainer import *  # noqa: F403
from likewise.trainer import __all__ as __all__
