"""Embeddings in fewer bits, by the address that scripts from before 6.0 use."""

from likewise.util.quantization import *  # noqa: F403
from likewise.util.quantization import __all__ as __all__
