"""Did the model get better? The words for a paired comparison. Pure.

A verdict is made when *prove* is opened, and told anew whenever it is asked for: the more models the
same items have judged, the more is asked of each (`holm`), from the tails that were kept.
"""

from collections.abc import Sequence
from statistics import NormalDist

from backend.catalog.rows import EvaluatorRow
from backend.proof import holm
from backend.proof.bootstrap import Difference, Items, compare
from backend.proof.power import detectable, more_needed
from backend.proof.schemas import GroupTail, GroupVerdict, Tail, Tails, Verdict, Word

MOST_KEPT = 20
"""Levels whose bounds are kept; with so few draws beyond them, the rest is reckoned as normal."""

_NORMAL = NormalDist()


def judge(row: EvaluatorRow, metric: str, before: Items, after: Items) -> Verdict:
    """The verdict on `after` against `before` by `metric`, which `row.statistic` computes from
    them: N or N×k, the same items in the same order.

    Raises ValueError if they are not the same number, or fewer than two.
    """
    found = compare(row.statistic, before, after)
    plain = Verdict(
        metric=metric,
        evaluator=row.name,
        items=row.items,
        queries=found.count,
        before=found.before,
        after=found.after,
        difference=found.value,
        ci95=(0.0, 0.0),
        word=Word.UNSURE,
        sentence="",
    )
    return told(plain, Tails(whole=tail_of(found)), [])


def tail_of(found: Difference) -> Tail:
    """What is kept of a comparison."""
    return Tail(
        p_value=found.p_value,
        error=found.error,
        bounds=[found.interval(holm.ALPHA / m) for m in range(1, MOST_KEPT + 1)],
    )


def told(verdict: Verdict, tails: Tails, others: Sequence[float]) -> Verdict:
    """A verdict as it is to be told now. `others` are the p-values of the other models that the
    same items have judged."""
    share = holm.shares([tails.whole.p_value, *others])[0]
    judged = 1 + len(others)
    interval = bounds(tails.whole, share, verdict.difference)
    word = word_of(interval)
    alpha = holm.ALPHA / share
    comparison = (verdict.difference, tails.whole.error, verdict.queries)
    needed = more_needed(*comparison, alpha) if word is Word.UNSURE else None
    smallest = detectable(tails.whole.error, alpha)
    now = verdict.model_copy(
        update={
            "ci95": interval,
            "word": word,
            "more_needed": needed,
            "detectable": smallest,
            "models_judged": judged,
            "groups": _groups(tails.groups, judged),
        }
    )
    return now.model_copy(update={"sentence": _sentence(now)})


def bounds(tail: Tail, share: int, difference: float) -> tuple[float, float]:
    """The interval that leaves out 0.05/`share`."""
    if share <= len(tail.bounds):
        return tail.bounds[share - 1]
    wider = _reach(share) / _reach(len(tail.bounds))
    low, high = tail.bounds[-1]
    return difference + wider * (low - difference), difference + wider * (high - difference)


def word_of(interval: tuple[float, float]) -> Word:
    """What an interval of the difference says."""
    low, high = interval
    if low > 0:
        return Word.BETTER
    return Word.WORSE if high < 0 else Word.UNSURE


def _reach(share: int) -> float:
    return _NORMAL.inv_cdf(1 - holm.ALPHA / share / 2)


def _groups(groups: Sequence[GroupTail], judged: int) -> list[GroupVerdict]:
    """All groups at once are asked for more, and so are those of the other models."""
    shares = holm.shares([each.tail.p_value for each in groups], times=judged)
    return [_group(each, share) for each, share in zip(groups, shares, strict=True)]


def _group(each: GroupTail, share: int) -> GroupVerdict:
    difference = each.after - each.before
    interval = bounds(each.tail, share, difference)
    word = word_of(interval)
    comparison = (difference, each.tail.error, each.queries)
    return GroupVerdict(
        by=each.by,
        group=each.group,
        queries=each.queries,
        before=each.before,
        after=each.after,
        difference=difference,
        ci95=interval,
        word=word,
        more_needed=more_needed(*comparison, holm.ALPHA / share) if word is Word.UNSURE else None,
    )


def _sentence(verdict: Verdict) -> str:
    low, high = verdict.ci95
    figures = (
        f"{verdict.before:.3f} → {verdict.after:.3f} on {verdict.queries:,} {verdict.items} that "
        "nothing had seen"
    )
    between = f"the true difference lies between {low:+.3f} and {high:+.3f} with 95 % confidence"
    match verdict.word:
        case Word.BETTER:
            return f"Better. {figures}; {between}."
        case Word.WORSE:
            return f"Worse. {figures}; {between}."
        case Word.UNSURE if verdict.more_needed is not None:
            return f"Can't tell yet. {figures}; about {verdict.more_needed:,} more would settle it."
        case Word.UNSURE:
            return f"No different, as far as can be seen. {figures}; {between}."
