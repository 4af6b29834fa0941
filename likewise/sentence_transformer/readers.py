"""Readers of files, from before 3.0."""

from likewise.readers import *  # noqa: F403
from likewise.readers import __all__ as __all__
