"""By what items are grouped, so that a verdict can say where a model is better, and where worse.
Pure.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from backend.catalog.rows import EvaluatorRow
from backend.proof.bootstrap import Items, compare
from backend.proof.schemas import GroupTail
from backend.proof.verdict import tail_of

FEWEST = 10
"""Items that a group needs to be told of: fewer hardly ever tell anything."""

LENGTH = "length"


def by_length(texts: Sequence[str]) -> list[str]:
    """Short or long, divided at the median number of words; empty where that divides nothing."""
    words = np.array([len(text.split()) for text in texts])
    middle = int(np.median(words)) if len(words) else 0
    if not (words <= middle).any() or not (words > middle).any():
        return []
    short, long = f"at most {middle} words", f"more than {middle} words"
    return [short if count <= middle else long for count in words]


def grouped(
    row: EvaluatorRow, before: Items, after: Items, groups: Mapping[str, Sequence[str]]
) -> list[GroupTail]:
    """The comparison in each group of at least FEWEST items."""
    found = []
    for by, of in groups.items():
        names = np.array(of)
        for name in sorted(set(of) - {""}):
            members = names == name
            if members.sum() < FEWEST:
                continue
            there = compare(row.statistic, before[members], after[members])
            found.append(
                GroupTail(
                    by=by,
                    group=name,
                    queries=there.count,
                    before=there.before,
                    after=there.after,
                    tail=tail_of(there),
                )
            )
    return found
