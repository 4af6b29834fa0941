"""Labels in the shape that a loss can use, or an error that says what is wrong with the column.

Legend: B rows. Ranges and kinds were checked against the loss's row before the first step; what is
checked here is what can differ from batch to batch.
"""

import warnings

import torch
from torch import Tensor


def needed(labels: Tensor | None, loss: str) -> Tensor:
    """`labels`, or a ValueError that says which column is missing."""
    if labels is None:
        raise ValueError(
            f"{loss} needs a label in every row. Name that column label or score, "
            "or choose a loss that learns from texts alone."
        )
    return labels


def one_a_row(labels: Tensor | None, rows: int, loss: str) -> Tensor:
    """`labels` as a vector B of numbers: true is 1, false 0.

    Raises ValueError where there are none, or not one for each row.
    """
    given = needed(labels, loss)
    if given.numel() != rows:
        raise ValueError(
            f"{loss} takes one label a row, so {rows} for this batch; the label column gives "
            f"{given.numel()} (shape {tuple(given.shape)}). Make the label a single value in each "
            "row, or choose a loss that takes a list."
        )
    return given.view(-1).int() if given.dtype is torch.bool else given.view(-1)


def warn_unless_binary(labels: Tensor, loss: str, otherwise: str) -> None:
    """Warn of labels other than 0 and 1; `otherwise` says what becomes of them.

    Reading the answer waits for the device, so that losses ask once, of their first batch.
    """
    if bool(((labels != 0) & (labels != 1)).any()):
        warnings.warn(
            f"{loss} takes labels of 0 and 1, and the label column has others. {otherwise}",
            UserWarning,
            stacklevel=2,
        )
