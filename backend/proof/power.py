"""What a comparison could see at all, and how many more items would settle it. Pure.

The standard error of a paired difference falls with the root of the number of items; a true
difference d is found at the level alpha with the chance that a normal value of mean d/error passes
the threshold. Source: J. Cohen 1988, Statistical Power Analysis, chapter 2.
"""

import math
from statistics import NormalDist

FOUND = 0.8
"""The chance that is meant by "would be found": four times in five."""

HOPELESS = 50
"""A difference so small that more than so many times the items were needed is called none."""

_NORMAL = NormalDist()


def power(true_difference: float, error: float, alpha: float = 0.05) -> float:
    """The chance that a true difference of this size is called by its right name."""
    if error == 0:
        return 1.0 if true_difference else 0.0
    return _NORMAL.cdf(abs(true_difference) / error - _threshold(alpha))


def detectable(error: float, alpha: float = 0.05) -> float:
    """The smallest true difference that is found four times in five."""
    return (_threshold(alpha) + _NORMAL.inv_cdf(FOUND)) * error


def more_needed(difference: float, error: float, count: int, alpha: float = 0.05) -> int | None:
    """How many more than `count` items would tell a true difference of the size that was seen from
    none, four times in five; None where there is no difference to speak of."""
    if error == 0 or abs(difference) < 1e-9:
        return None
    wanted = count * (detectable(error, alpha) / abs(difference)) ** 2
    if wanted > HOPELESS * count:
        return None
    return max(_two_figures(wanted - count), 1)


def _threshold(alpha: float) -> float:
    return _NORMAL.inv_cdf(1 - alpha / 2)


def _two_figures(number: float) -> int:
    """Rounded as an estimate should be: 1 234 → 1 300."""
    if number < 10:
        return math.ceil(number)
    scale = 10.0 ** (math.floor(math.log10(number)) - 1)
    return math.ceil(number / scale) * int(scale)
