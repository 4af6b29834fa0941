"""Several comparisons on the same items: each is asked for more, so that the whole is still right
95 times of 100. Pure.

Sorted by their p-values, the first of m is tested at alpha/m, the next at alpha/(m − 1), and so on
until one doesn't pass: it and all after it can't be told. Each is given the interval of its level.
Source: S. Holm 1979, A Simple Sequentially Rejective Multiple Test Procedure, Scand. J. Statist. 6.
"""

from collections.abc import Sequence

ALPHA = 0.05


def shares(p_values: Sequence[float], times: int = 1) -> list[int]:
    """For each comparison by how many alpha is to be divided. `times` divides it beforehand: where
    each of so many other comparisons has a family like this one."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    found = [0] * len(p_values)
    left, has_failed = len(p_values), False
    for place in order:
        found[place] = left * times
        has_failed = has_failed or p_values[place] > ALPHA / (left * times)
        left -= 0 if has_failed else 1
    return found
