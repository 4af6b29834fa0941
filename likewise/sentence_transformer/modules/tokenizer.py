"""Tokenizers of whole words."""

from likewise.models.tokenizer import *  # noqa: F403
from likewise.models.tokenizer import __all__ as __all__
