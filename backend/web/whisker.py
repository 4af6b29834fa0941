"""The whisker: where zero, the interval and the difference stand on one line, in percent of it."""

from collections.abc import Iterable
from dataclasses import dataclass

MARGIN = 0.14
"""Of the line, left free at both ends, so that the words below an end have room."""


@dataclass(frozen=True, kw_only=True)
class Whisker:
    """Positions from the left, 0 to 100. `width` is the interval's."""

    zero: float
    low: float
    high: float
    dot: float

    @property
    def is_wide(self) -> bool:
        """Is there room for a word below each end?"""
        return self.width > 22

    @property
    def width(self) -> float:
        return round(self.high - self.low, 2)


def span(intervals: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """The values at both ends of a line on which all these intervals, and zero, can be drawn."""
    ends = [0.0, *(end for interval in intervals for end in interval)]
    low, high = min(ends), max(ends)
    room = ((high - low) or 1.0) * MARGIN / (1 - 2 * MARGIN)
    return low - room, high + room


def whisker(
    difference: float, ci95: tuple[float, float], between: tuple[float, float] | None = None
) -> Whisker:
    """One difference with its interval, on a line `between` two values; by default its own."""
    left, right = between or span([ci95])

    def place(value: float) -> float:
        return round(100 * (value - left) / (right - left), 2)

    return Whisker(zero=place(0), low=place(ci95[0]), high=place(ci95[1]), dot=place(difference))
