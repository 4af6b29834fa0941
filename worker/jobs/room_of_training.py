"""How much of the disk a training takes, from the size of its weights."""

from collections.abc import Iterable

import torch

from backend.recipes.often import KEPT_CHECKPOINTS

COPIES = 3
"""Of the weights in a checkpoint: themselves, and the two moments of AdamW."""


def of_weights(parameters: Iterable[torch.nn.Parameter]) -> int:
    return sum(each.numel() * each.element_size() for each in parameters)


def of_training(trained_bytes: int, model_bytes: int) -> int:
    """The checkpoints that are kept, the best, the one that is being written, and the model. Of a
    model with an adapter a checkpoint holds the adapter alone."""
    return trained_bytes * COPIES * (KEPT_CHECKPOINTS + 2) + model_bytes
