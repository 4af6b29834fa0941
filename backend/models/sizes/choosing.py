"""Which is the smallest size that is not measurably worse? Pure.

A size may be taken if two things hold on *choose*:
1. It isn't measurably worse: the 95 % interval of its difference from the whole model, on the same
   items, isn't wholly below zero. Nothing is forgiven here for how many sizes were tried.
2. It is surely not worse by the margin: the lower end of that interval, at the level that Holm asks
   of so many sizes at once, is above minus the margin. Without this, few items would make any size
   look sound, and the more were tried, the worse a one would slip through; with it, a size whose
   true loss is the margin or more is let through in at most 2.5 of 100 tables, whatever their
   length.
Of those that hold, the one with the fewest bytes a vector is marked, then the fastest, then the
better. The whole model holds always.
Source of the test against a margin: G. Piaggio et al. 2012, Reporting of Noninferiority and
Equivalence Randomized Trials, doi 10.1001/jama.2012.87802; S. Holm 1979.
"""

from collections.abc import Sequence

from backend.models.sizes.schemas import Standing, Tried
from backend.proof.holm import ALPHA, shares


def standings(tried: Sequence[Tried], margin: float) -> list[Standing]:
    """What can be said of each; the first is the whole model."""
    others = tried[1:]
    divided = zip(others, _shares(others, margin), strict=True)
    return [Standing.WHOLE, *(_standing(size, share, margin) for size, share in divided)]


def may_lose(tried: Sequence[Tried], margin: float) -> list[float]:
    """What each may lose at most, sure for all at once; 0 for the whole model."""
    others = tried[1:]
    lows = [
        size.lows[share - 1] for size, share in zip(others, _shares(others, margin), strict=True)
    ]
    return [0.0, *(max(0.0, -low) for low in lows)]


def smallest(tried: Sequence[Tried], margin: float) -> int:
    """The place of the one that is marked."""
    found = standings(tried, margin)
    sound = [n for n, standing in enumerate(found) if standing in (Standing.WHOLE, Standing.SOUND)]
    return min(sound, key=lambda n: _rank(tried[n]))


def _rank(size: Tried) -> tuple[int, float, float]:
    return size.bytes_per_vector, size.milliseconds_per_text, -size.quality


def _standing(size: Tried, share: int, margin: float) -> Standing:
    if size.ci95[1] < 0:
        return Standing.WORSE
    return Standing.SOUND if size.lows[share - 1] > -margin else Standing.UNSURE


def _shares(others: Sequence[Tried], margin: float) -> list[int]:
    """By how much Holm divides alpha for each. Of its p-value against the margin it is known only
    between which of the levels it lies, which is all that the procedure asks."""
    return shares([_p_value(size, margin) for size in others])


def _p_value(size: Tried, margin: float) -> float:
    passed = [m for m, low in enumerate(size.lows, start=1) if low > -margin]
    return ALPHA / passed[-1] if passed else 1.0
