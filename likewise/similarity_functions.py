"""How alike embeddings are, by the address that scripts from before 6.0 use."""

from likewise.util.similarity import *  # noqa: F403
from likewise.util.similarity import __all__ as __all__
