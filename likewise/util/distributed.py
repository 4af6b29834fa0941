"""Several processes that train together."""

from worker.engine.process_group import (
    all_gather,
    all_gather_padded,
    all_gather_with_grad,
    get_rank,
    get_world_size,
)

__all__ = [
    "all_gather",
    "all_gather_padded",
    "all_gather_with_grad",
    "get_rank",
    "get_world_size",
]
