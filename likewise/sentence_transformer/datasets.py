"""Data as it was held before 3.0."""

from likewise.datasets import *  # noqa: F403
from likewise.datasets import __all__ as __all__
