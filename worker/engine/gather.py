"""Rows of all devices in one tensor, with gradients flowing back to where they came from."""

import torch
from torch import Tensor, distributed
from torch.distributed.nn.functional import all_gather


def rank() -> int:
    """This process among those that train together; 0 when it is alone."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def gather_rows(rows_BD: Tensor) -> Tensor:
    """The rows of every process in the order of ranks: B×D → (processes · B)×D."""
    if not distributed.is_initialized() or distributed.get_world_size() == 1:
        return rows_BD
    gathered: tuple[Tensor, ...] = all_gather(rows_BD)  # type: ignore[no-untyped-call]  # torch's
    return torch.cat(gathered)
