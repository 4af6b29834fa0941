"""Was anything lost? A model against its base on general sets, all of them at once. Pure."""

from collections.abc import Sequence

from backend.catalog.evaluators import EVALUATORS
from backend.catalog.general_sets import GeneralSet
from backend.proof import holm
from backend.proof.bootstrap import Difference
from backend.proof.schemas import GuardedSet, GuardOut, Word
from backend.proof.verdict import word_of


def told(found: Sequence[tuple[GeneralSet, Difference]], missing: Sequence[str]) -> GuardOut:
    """The sets, the worst first, and a sentence."""
    shares = holm.shares([each.p_value for _, each in found])
    sets = [
        GuardedSet(
            name=row.name,
            title=row.title,
            metric=row.metric,
            items=EVALUATORS[row.evaluator].items,
            queries=each.count,
            before=each.before,
            after=each.after,
            difference=each.value,
            ci95=interval,
            word=word_of(interval),
        )
        for (row, each), share in zip(found, shares, strict=True)
        for interval in [each.interval(holm.ALPHA / share)]
    ]
    sets.sort(key=lambda one: one.difference)
    return GuardOut(sets=sets, missing=list(missing), sentence=_sentence(sets))


def _sentence(sets: Sequence[GuardedSet]) -> str:
    lost = [one for one in sets if one.word is Word.WORSE]
    gained = [one for one in sets if one.word is Word.BETTER]
    also = f" It gained on {_names(gained)}." if gained else ""
    if not lost:
        return f"Nothing lost, as far as {len(sets)} general sets can show.{also}"
    return f"It fell on {_names(lost)}.{also}"


def _names(sets: Sequence[GuardedSet]) -> str:
    return ", ".join(f"{one.title} ({one.difference:+.3f})" for one in sets)
