"""Scores of a batch's texts with each other, a few rows of the table at a time."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint


def mean_over_rows(
    loss_of: Callable[[slice], Tensor], rows: int, at_a_time: int | None = None
) -> Tensor:
    """The mean of `loss_of(slice)`, which gives one loss for each row of the slice.

    With `at_a_time`, what a slice keeps for the backward pass is dropped and made again there: the
    table of scores is then never held whole, only that many rows of it.
    """
    if at_a_time is None:
        return loss_of(slice(0, rows)).mean()
    spans = [slice(i, min(i + at_a_time, rows)) for i in range(0, rows, at_a_time)]
    parts = [
        checkpoint(loss_of, span, use_reentrant=False, preserve_rng_state=False) for span in spans
    ]
    return torch.cat(parts).mean()
