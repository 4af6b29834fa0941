"""Where each token of a padded batch stands in a row without padding.

Legend: B texts, T tokens of the longest, N real tokens of all texts, R texts and W tokens of a bucket.
"""

from dataclasses import dataclass
from itertools import accumulate

import torch
from torch import Tensor

from worker.engine.packing import buckets


@dataclass(frozen=True)
class Bucket:
    """Texts that stand side by side in the row, and attend in one padded block R×W.

    `tokens` are theirs in the row. `from_row` has for each place of the block the token that goes
    there, counted in the bucket (padding repeats the text's last); `real` the places that are no
    padding, and `is_real_RW` says the same as a mask. All three are None where nothing is padded.
    """

    tokens: slice
    texts: int
    width: int
    from_row: Tensor | None = None
    real: Tensor | None = None
    is_real_RW: Tensor | None = None


@dataclass(frozen=True)
class Layout:
    """Of each token in the row: its place in the padded batch B·T, and its position in its text."""

    place_N: Tensor
    position_N: Tensor
    buckets: list[Bucket]

    @property
    def tokens(self) -> int:
        return len(self.place_N)


@dataclass(frozen=True)
class Rows:
    """The texts of a batch, longest first: which row, how long it is."""

    row_B: Tensor
    length_B: Tensor
    lengths: list[int]


def rows_of(mask_BT: Tensor) -> Rows | None:
    """None where a text is empty, has gaps or begins with padding, which models count as positions."""
    real_BT = mask_BT != 0
    length_B = real_BT.sum(dim=1)
    end_B = real_BT.shape[1] - real_BT.flip(1).int().argmax(dim=1)
    if not bool(((length_B > 0) & (end_B == length_B)).all()):
        return None
    row_B = torch.argsort(length_B, descending=True, stable=True)
    sorted_B = length_B[row_B]
    return Rows(row_B, sorted_B, sorted_B.tolist())


def layout_of(rows: Rows, width: int) -> Layout:
    """The row of all texts of a batch that is padded to `width`."""
    before = [0, *accumulate(rows.lengths)]
    device = rows.row_B.device
    text_N = torch.repeat_interleave(rows.length_B)
    before_B = torch.tensor(before[:-1], device=device)
    position_N = torch.arange(before[-1], device=device) - before_B[text_N]
    place_N = (rows.row_B * width)[text_N] + position_N
    return Layout(
        place_N, position_N, [_bucket(rows, before, cut) for cut in buckets.cut(rows.lengths)]
    )


def _bucket(rows: Rows, before: list[int], cut: slice) -> Bucket:
    tokens = slice(before[cut.start], before[cut.stop])
    texts, width = cut.stop - cut.start, rows.lengths[cut.start]
    if rows.lengths[cut.stop - 1] == width:
        return Bucket(tokens, texts, width)
    length_R1 = rows.length_B[cut].unsqueeze(1)
    place_W = torch.arange(width, device=length_R1.device)
    first_R1 = length_R1.cumsum(dim=0) - length_R1
    is_real_RW = place_W < length_R1
    from_row = (first_R1 + torch.minimum(place_W, length_R1 - 1)).flatten()
    return Bucket(tokens, texts, width, from_row, is_real_RW.flatten().nonzero()[:, 0], is_real_RW)
