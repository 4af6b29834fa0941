"""How long the texts of a column are, in tokens, as far as a model reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from backend.catalog.columns import ColumnFacts

CHARACTERS_A_TOKEN = 4.4
"""Of English in a vocabulary of 30,000."""

AROUND_A_TEXT = 2
"""Tokens that a model puts before and after it."""

SPREAD = 0.45
"""The standard deviation of lengths beside their mean, where only the mean is known."""


@dataclass(frozen=True, kw_only=True)
class Lengths:
    """In tokens; `square` is the mean of the squares, `longest` of the longest text."""

    mean: float
    square: float
    longest: float

    @property
    def variance(self) -> float:
        return max(self.square - self.mean**2, 0.0)

    def longer_by(self, tokens: float) -> "Lengths":
        """With a prompt of so many tokens before each."""
        square = self.square + 2 * tokens * self.mean + tokens**2
        return Lengths(mean=self.mean + tokens, square=square, longest=self.longest + tokens)


def counted(edges: Sequence[int], counts: Sequence[int], mean: float, limit: int) -> Lengths:
    """From a histogram of lengths in tokens, whose mean is known: of what is read up to `limit`."""
    total = sum(counts)
    if not total:
        return Lengths(mean=AROUND_A_TEXT, square=AROUND_A_TEXT**2, longest=AROUND_A_TEXT)
    middles = [(low + max(high - 1, low)) / 2 for low, high in pairwise(edges)]
    drawn = sum(m * n for m, n in zip(middles, counts, strict=False)) / total
    scale = mean / drawn if drawn else 1.0
    read = [min(middle * scale, limit) for middle in middles]
    last = max((high for high, n in zip(edges[1:], counts, strict=False) if n), default=limit)
    return Lengths(
        mean=sum(m * n for m, n in zip(read, counts, strict=False)) / total,
        square=sum(m**2 * n for m, n in zip(read, counts, strict=False)) / total,
        longest=float(min(last, limit)),
    )


def guessed(column: ColumnFacts, limit: int) -> Lengths:
    """From the characters of the texts, where nobody has counted tokens."""
    mean = (column.mean_characters or 60.0) / CHARACTERS_A_TOKEN + AROUND_A_TEXT
    longest = (column.maximum or 3 * mean * CHARACTERS_A_TOKEN) / CHARACTERS_A_TOKEN + AROUND_A_TEXT
    read = min(mean, float(limit))
    return Lengths(
        mean=read,
        square=min(read**2 * (1 + SPREAD**2), float(limit) ** 2),
        longest=max(min(longest, float(limit)), read),
    )
