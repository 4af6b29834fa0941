"""What upstream shares between its families of models: of ours, the samplers."""

from likewise.sampler import *  # noqa: F403
from likewise.sampler import __all__ as __all__
