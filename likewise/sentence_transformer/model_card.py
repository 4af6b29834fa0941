"""What a model card tells."""

from likewise.model_card import *  # noqa: F403
from likewise.model_card import __all__ as __all__
