"""Did the model get better? The paired bootstrap, and its words. Pure.

Both models answered the same items (questions, pairs, triplets). Items are drawn again with
replacement, the same draw for both, and the metric's difference is taken each time; the middle 95 %
of these differences is the interval. It is over items, not over seeds.
Source: B. Efron, R. Tibshirani 1993, An Introduction to the Bootstrap, chapter 13; for paired
comparison of systems: P. Koehn 2004, aclanthology.org/W04-3250.
"""

import math

import numpy as np
from numpy.typing import NDArray

from backend.catalog.rows import EvaluatorRow
from backend.catalog.statistics import STATISTICS
from backend.proof.schemas import Verdict, Word

Items = NDArray[np.float64]

DRAWS = 5_000
SEED = 20_041
_BOTH_SIDES = 1.96
_POWER_80 = 0.84
HOPELESS = 50
"""A difference so small that more than so many times the items were needed is called none."""


def judge(row: EvaluatorRow, metric: str, before: Items, after: Items) -> Verdict:
    """The verdict on `after` against `before` by `metric`, which `row.statistic` computes from
    them: N or N×k, the same items in the same order.

    Raises ValueError if they are not the same number, or fewer than two.
    """
    if len(before) != len(after) or len(before) < 2:
        raise ValueError(f"a paired comparison needs pairs; got {len(before)} and {len(after)}")
    statistic = STATISTICS[row.statistic]
    base, tuned = statistic(before), statistic(after)
    differences = _drawn_differences(row, before, after)
    low, high = (float(bound) for bound in np.quantile(differences, (0.025, 0.975)))
    word = _word(low, high)
    needed = _more_needed(tuned - base, differences, len(before)) if word is Word.UNSURE else None
    return Verdict(
        metric=metric,
        evaluator=row.name,
        items=row.items,
        queries=len(before),
        before=base,
        after=tuned,
        difference=tuned - base,
        ci95=(low, high),
        word=word,
        more_needed=needed,
        sentence=_sentence(row, base, tuned, (low, high), word, needed, len(before)),
    )


def _drawn_differences(row: EvaluatorRow, before: Items, after: Items) -> Items:
    statistic = STATISTICS[row.statistic]
    random = np.random.default_rng(SEED)
    draws = (random.integers(0, len(before), len(before)) for _ in range(DRAWS))
    return np.array([statistic(after[draw]) - statistic(before[draw]) for draw in draws])


def _word(low: float, high: float) -> Word:
    if low > 0:
        return Word.BETTER
    return Word.WORSE if high < 0 else Word.UNSURE


def _more_needed(difference: float, differences: Items, count: int) -> int | None:
    """How many more items would tell a true difference of this size from none, four times in five.

    The standard error falls with the root of the count.
    """
    one_item_error = float(np.std(differences)) * math.sqrt(count)
    if one_item_error == 0 or abs(difference) < 1e-9:
        return None
    wanted = ((_BOTH_SIDES + _POWER_80) * one_item_error / abs(difference)) ** 2
    if wanted > HOPELESS * count:
        return None
    return max(_two_figures(wanted - count), 1)


def _two_figures(number: float) -> int:
    """Rounded as an estimate should be: 1 234 → 1 200."""
    if number < 10:
        return math.ceil(number)
    scale = 10.0 ** (math.floor(math.log10(number)) - 1)
    return math.ceil(number / scale) * int(scale)


def _sentence(
    row: EvaluatorRow,
    before: float,
    after: float,
    interval: tuple[float, float],
    word: Word,
    needed: int | None,
    count: int,
) -> str:
    figures = f"{before:.3f} → {after:.3f} on {count:,} {row.items} that nothing had seen"
    between = (
        f"the true difference lies between {interval[0]:+.3f} and {interval[1]:+.3f} "
        "with 95 % confidence"
    )
    match word:
        case Word.BETTER:
            return f"Better. {figures}; {between}."
        case Word.WORSE:
            return f"Worse. {figures}; {between}."
        case Word.UNSURE if needed is not None:
            return f"Can't tell yet. {figures}; about {needed:,} more would settle it."
        case Word.UNSURE:
            return f"No different, as far as can be seen. {figures}; {between}."
