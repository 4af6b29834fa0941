"""Models beside the first one on the same rows of *choose*. Pure.

*Choose* is what runs may be picked by; *prove* is not, and isn't read here.
"""

from collections.abc import Sequence

from backend.catalog.evaluators import EVALUATORS
from backend.catalog.statistics import metric_of
from backend.proof import holm
from backend.proof.bootstrap import Difference, compare
from backend.proof.comparing.schemas import ChosenOut, GapOut
from backend.proof.kept import Kept
from backend.proof.verdict import word_of


def beside_the_first(kept: Sequence[Kept | None]) -> list[ChosenOut | None]:
    """What each was judged to be, and its difference from the first where both judged the same."""
    first = kept[0] if kept else None
    compared = [_compared(first, each) if place else None for place, each in enumerate(kept)]
    found = [each for each in compared if each is not None]
    shares = iter(holm.shares([each.p_value for each in found]))
    gaps = [None if each is None else _gap(each, next(shares)) for each in compared]
    return [
        None if each is None else _chosen(each, gap, _because(kept[0], each) if place else None)
        for place, (each, gap) in enumerate(zip(kept, gaps, strict=True))
    ]


def _compared(first: Kept | None, other: Kept | None) -> Difference | None:
    if first is None or other is None or _because(first, other) is not None:
        return None
    return compare(EVALUATORS[other.evaluator].statistic, first.tuned, other.tuned)


def _because(first: Kept | None, other: Kept) -> str | None:
    """Why the two can't be compared item by item; None where they can."""
    if first is None:
        return "The first run has nothing that was judged on *choose*."
    if (first.evaluator, first.metric) != (other.evaluator, other.metric):
        return f"The first run was judged by {first.metric} of {first.evaluator}."
    if first.part_hash != other.part_hash or first.texts != other.texts:
        return "The first run was judged on other rows."
    if len(other.texts) < 2:
        return "A single item tells nothing."
    return None


def _gap(found: Difference, share: int) -> GapOut:
    interval = found.interval(holm.ALPHA / share)
    return GapOut(difference=found.value, ci95=interval, word=word_of(interval))


def _chosen(kept: Kept, gap: GapOut | None, because: str | None) -> ChosenOut:
    row = EVALUATORS[kept.evaluator]
    return ChosenOut(
        evaluator=kept.evaluator,
        metric=kept.metric,
        items=row.items,
        count=len(kept.texts),
        base=metric_of(row.statistic, kept.base),
        tuned=metric_of(row.statistic, kept.tuned),
        gap=gap,
        because=because,
    )
