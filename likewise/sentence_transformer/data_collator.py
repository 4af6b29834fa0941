"""From rows to the tensors of a batch."""

from likewise.data_collator import *  # noqa: F403
from likewise.data_collator import __all__ as __all__
