"""Texts of similar length, so that each is padded to its neighbours and not to the longest of all.

Legend: B texts, longest first; U different lengths; K buckets.
"""

from collections.abc import Sequence

import numpy as np

MOST = 4
FIXED_TOKENS = 300
"""What one more bucket costs, in tokens of padding that take as long; measured on 2 cores."""

MOST_LENGTHS = 256
"""Borders are sought among so many lengths: the work is quadratic in them."""


def cut(
    lengths_B: Sequence[int], most: int = MOST, fixed_tokens: int = FIXED_TOKENS
) -> list[slice]:
    """The cuts, at most `most`, of lengths in falling order that pad least: the fewest tokens with
    padding, and `fixed_tokens` for each bucket. By dynamic programming over the different lengths.
    """
    widths_U, texts_U = _counted(lengths_B)
    before_U = np.concatenate([[0], np.cumsum(texts_U)])
    # cost_UU[i, j]: of a bucket that holds the lengths i … j, which is as wide as the first of them.
    cost_UU = (before_U[None, 1:] - before_U[:-1, None]) * widths_U[:, None] + fixed_tokens
    cost_UU = np.where(np.tri(len(widths_U), k=-1, dtype=bool), np.inf, cost_UU)
    best_U, chosen = cost_UU[0], []
    totals, starts = [best_U[-1]], [[0]]
    for _ in range(1, min(most, len(widths_U))):
        # through_UU[i, j]: the best for all before i, and one bucket more for i … j.
        through_UU = np.concatenate([[np.inf], best_U[:-1]])[:, None] + cost_UU
        chosen.append(through_UU.argmin(axis=0))
        best_U = through_UU.min(axis=0)
        totals.append(best_U[-1])
        starts.append(_traced(chosen))
    borders = [int(before_U[i]) for i in starts[int(np.argmin(totals))]]
    return [slice(a, b) for a, b in zip(borders, [*borders[1:], len(lengths_B)], strict=True)]


def _counted(lengths_B: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """The different lengths, longest first, and how many texts have each. Of very many lengths
    neighbours count as one, the longest of them."""
    lengths = np.asarray(lengths_B)
    if len(np.unique(lengths)) > MOST_LENGTHS:
        step = -(-int(lengths.max()) // MOST_LENGTHS)
        lengths = -(-lengths // step) * step
    widths_U, texts_U = np.unique(lengths, return_counts=True)
    return widths_U[::-1].astype(float), texts_U[::-1]


def _traced(chosen: list[np.ndarray]) -> list[int]:
    """Where each bucket begins, from the last one back."""
    end, starts = len(chosen[0]) - 1, []
    for choice in reversed(chosen):
        start = int(choice[end])
        starts.append(start)
        end = start - 1
    return [0, *reversed(starts)]
