"""Which rows are the same, by the hashes of their texts."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from backend.catalog.columns import ColumnType, TableFacts
from backend.datasets.looking.row_hashes import Hashes
from backend.recipes.schemas import Mapping

_ODD = np.uint64(0x9E3779B97F4A7C15)


def is_symmetric(mapping: Mapping, facts: TableFacts) -> bool:
    """Whether a pair says the same in swapped order: two texts without a label, with a score, or
    with yes or no. With more classes (what follows from what) the order counts."""
    if len(mapping.inputs) != 2 or mapping.grade is not None:
        return False
    label = facts.column(mapping.label) if mapping.label else None
    if label is None or label.type in (ColumnType.NUMBER, ColumnType.BOOLEAN):
        return True
    return label.type is ColumnType.INTEGER and label.distinct == 2


def row_keys(
    texts_RI: Hashes, symmetric: bool, *also: npt.NDArray[np.integer[Any]] | None
) -> Hashes:
    """One number for each row; the same for the same texts, and the same of `also`."""
    if symmetric:
        texts_RI = np.sort(texts_RI, axis=1)
    columns = [*texts_RI.T, *(each for each in also if each is not None)]
    keys = np.zeros(len(texts_RI), dtype=np.uint64)
    for column in columns:
        keys = _mixed(keys + column.astype(np.int64).view(np.uint64))
    return keys.view(np.int64)


def groups_of(keys: Hashes, rows: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    """`rows` with the same key, where there are several: each ascending, in the order of the
    first. `keys[i]` is that of `rows[i]`."""
    order = np.argsort(keys, kind="stable")
    bounds = np.flatnonzero(np.diff(keys[order])) + 1
    starts = np.concatenate([[0], bounds])
    ends = np.concatenate([bounds, [len(keys)]])
    several = np.flatnonzero(ends - starts > 1)
    groups = [rows[order[starts[i] : ends[i]]] for i in several]
    yield from sorted(groups, key=lambda group: int(group[0]))


def _mixed(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Spread each number's bits over all 64; source: the finaliser of splitmix64."""
    keys = (keys + _ODD) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return keys ^ (keys >> np.uint64(31))
