"""Which texts, or rows of texts, say nearly the same as an earlier one.

Locality-sensitive hashing proposes, the share of equal hashes chooses among long texts, which all
have much in common, and the true Jaccard index decides: nothing is reported that isn't so. A pair at
the bound is proposed with a chance of 99.8 % (16 bands of 4) and passed over with one of 0.05 %.
Source: Leskovec, Rajaraman and Ullman 2020, "Mining of Massive Datasets", chapter 3.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from datasketch import MinHashLSH

from worker.jobs.looking.shingles import (
    NEAR,
    PERMUTATIONS,
    alikeness,
    shingles,
    signature,
)

_BANDS, _ROWS_A_BAND = 16, 4
_LIKELY = 0.5
"""Of the hashes of two rows at the bound 0.7 are equal, give or take 0.06."""

_MOST_COMPARED = 50
"""Texts of one mould propose each other by the thousand; so many are compared, the likeliest ones."""

_ROOM_AT_FIRST = 1_024

Texts = tuple[str, ...]
Label = str | float | None


@dataclass(frozen=True)
class Row:
    """What is compared of a row; `key` is its number."""

    key: int
    texts: Texts
    label: Label = None


class NearIndex:
    """Two rows are near where each text is near to that of the same column, and labels are the
    same: scores may lie `tolerance` apart."""

    def __init__(self, tolerance: float = 0.0) -> None:
        self._tolerance = tolerance
        self._lsh = MinHashLSH(num_perm=PERMUTATIONS, params=(_BANDS, _ROWS_A_BAND))
        self._kept: list[Row] = []
        self._hashes = np.empty((_ROOM_AT_FIRST, PERMUTATIONS), dtype=np.uint32)

    def add(self, row: Row) -> None:
        place, made = len(self._kept), signature(row.texts)
        if place == len(self._hashes):
            self._hashes = np.concatenate([self._hashes, np.empty_like(self._hashes)])
        self._hashes[place] = made.hashvalues
        self._kept.append(row)
        self._lsh.insert(place, made, check_duplication=False)

    def near(self, row: Row) -> int | None:
        """The least key of those that are near; None if none is. Shingles are made anew for each
        comparison: those of 50,000 passages would fill a gigabyte."""
        likely = (kept for kept in self._likely(row) if self._is_same(row.label, kept.label))
        compared = sorted(islice(likely, _MOST_COMPARED), key=lambda kept: kept.key)
        return next((kept.key for kept in compared if _are_near(row.texts, kept.texts)), None)

    def _likely(self, row: Row) -> Iterator[Row]:
        """The likeliest first."""
        own = signature(row.texts)
        places = np.array(self._lsh.query(own), dtype=np.intp)
        equal = np.count_nonzero(self._hashes[places] == own.hashvalues, axis=1)
        likeliest = np.argsort(-equal, kind="stable")
        for i in likeliest[: np.count_nonzero(equal >= _LIKELY * PERMUTATIONS)]:
            yield self._kept[places[i]]

    def _is_same(self, one: Label, other: Label) -> bool:
        if isinstance(one, float) and isinstance(other, float):
            return abs(one - other) <= self._tolerance
        return one == other


def near_duplicates(rows: Iterable[Row], tolerance: float = 0.0) -> Iterator[tuple[int, int]]:
    """Each row that is near to an earlier one which is no near duplicate itself, and that one."""
    index = NearIndex(tolerance)
    for row in rows:
        earlier = index.near(row)
        if earlier is None:
            index.add(row)
        else:
            yield row.key, earlier


def _are_near(one: Texts, other: Texts) -> bool:
    return all(alikeness(shingles(a), shingles(b)) >= NEAR for a, b in zip(one, other, strict=True))
