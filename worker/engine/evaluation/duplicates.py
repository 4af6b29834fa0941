"""Which texts say the same as which: pairs, and all that follows from them."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Graph: TypeAlias = Mapping[str, Mapping[str, bool]]
Pairs: TypeAlias = set[tuple[str, str]]
"""Pairs of ids, the smaller first."""


def pairs_in(graph: Graph | None, listed: Iterable[tuple[str, str]] | None) -> Pairs:
    """The pairs that either names."""
    named = [*(listed or ())]
    for one, others in (graph or {}).items():
        named += [(one, other) for other, is_same in others.items() if is_same]
    return {(min(pair), max(pair)) for pair in named}


def transitive_closure(pairs: Pairs) -> Pairs:
    """`pairs`, and every pair that is connected by them: a ~ b and b ~ c give a ~ c."""
    ids = sorted({one for pair in pairs for one in pair})
    place = {one: number for number, one in enumerate(ids)}
    edges = np.array([(place[one], place[other]) for one, other in pairs], int).reshape(-1, 2)
    matrix = coo_array((np.ones(len(edges)), edges.T), shape=(len(ids), len(ids)))
    groups = connected_components(matrix, directed=False)[1] if ids else []
    members: dict[int, list[str]] = {}
    for one, group in zip(ids, groups, strict=True):
        members.setdefault(int(group), []).append(one)
    return pairs | {
        (one, other)
        for group in members.values()
        for number, one in enumerate(group)
        for other in group[number + 1 :]
    }
