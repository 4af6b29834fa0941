"""Texts that stand in a batch more than once. Legend: B texts, U different ones, T tokens."""

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from worker.engine.model.modules.module import Features
from worker.engine.model.rows import is_a_row_each


def distinct(features: Features) -> tuple[Tensor, Tensor] | None:
    """The first row of each different text, U, and for each row the place of its text, B.

    None where no text comes twice, or where texts can't be compared by their tokens.
    """
    ids_BT = features.get("input_ids")
    parts = [t for t in features.values() if is_a_row_each(t)]
    if ids_BT is None or any(t.dim() != 2 or t.is_floating_point() for t in parts):
        return None
    unique, place_B = torch.unique(torch.cat(parts, dim=1), dim=0, return_inverse=True)
    if len(unique) == len(place_B):
        return None
    row_B = torch.arange(len(place_B), device=place_B.device)
    first_U = torch.full_like(unique[:, 0], len(row_B)).scatter_reduce(0, place_B, row_B, "amin")
    return first_U, place_B


def gives_equal_texts_equal_embeddings(model: object) -> bool:
    """Whether no dropout is on: neither a module of it, nor one that a transformer's config sets.

    A model that can't be looked into is taken to have some.
    """
    return isinstance(model, nn.Module) and not any(_drops(module) for module in model.modules())


def _drops(module: nn.Module) -> bool:
    if not module.training:
        return False
    if isinstance(module, nn.modules.dropout._DropoutNd):
        return module.p > 0
    if isinstance(module, nn.RNNBase):
        return module.dropout > 0
    if isinstance(module, PreTrainedModel):
        settings = vars(module.config).items()
        return any("drop" in name and isinstance(v, int | float) and v > 0 for name, v in settings)
    return False
