"""The samplers."""

from likewise.sampler import *  # noqa: F403
from likewise.sampler import __all__ as __all__
