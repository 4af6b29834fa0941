"""Leaks between the parts: what is kept aside to choose or prove with has been learned from."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from backend.datasets.findings.finding import Finding, FindingKind, Remedy
from backend.datasets.findings.making import found, leave_out, rows_that, step
from backend.datasets.looking.one_pass import Seen
from backend.datasets.looking.row_hashes import PARTS, Hashes
from backend.recipes.surplus import is_categorical
from backend.recipes.words import and_list

Partners = dict[int, int]
"""A row that had better go, and a row of a part kept aside with which it shares something."""


@dataclass
class Leaks:
    """Rows that share a text, a group, or nearly a text with a row of a later part: *choose* and
    *prove* come after *train*. The earlier part's row is the one to go."""

    same_text: Partners = field(default_factory=dict)
    same_group: Partners = field(default_factory=dict)
    near_text: Partners = field(default_factory=dict)

    @property
    def rows(self) -> list[int]:
        return sorted({*self.same_text, *self.same_group, *self.near_text})


def told_apart(seen: Seen) -> list[str]:
    """The inputs whose texts must not be in two parts. Not a property of few values; nor documents
    that many queries share, where rows are graded."""
    mapping = seen.mapping
    if mapping is None:
        return []
    if mapping.grade is not None:
        return mapping.inputs[:1]
    columns = [seen.facts.column(name) for name in mapping.inputs]
    telling = [c.name for c in columns if c is not None and not is_categorical(c, seen.facts)]
    return telling or mapping.inputs


def exact_leaks(seen: Seen) -> Leaks:
    """Same texts, whatever their case and spacing, and same groups."""
    hashes = seen.hashes
    if hashes is None or hashes.part_R is None or seen.mapping is None:
        return Leaks()
    places = [seen.mapping.inputs.index(name) for name in told_apart(seen)]
    groups = Leaks().same_group
    if hashes.group_R is not None:
        groups = _shared(hashes.group_R[:, None], hashes.part_R)
    return Leaks(same_text=_shared(hashes.texts_RI[:, places], hashes.part_R), same_group=groups)


def leaks_finding(seen: Seen, leaks: Leaks) -> Finding | None:
    """What is to be said of them; None if there are none."""
    rows = leaks.rows
    if not rows or seen.mapping is None:
        return None
    partners = {**leaks.near_text, **leaks.same_group, **leaks.same_text}
    kinds = (
        (leaks.same_text, "the same text"),
        (leaks.same_group, f"the same {seen.mapping.group}"),
        (leaks.near_text, "nearly the same text"),
    )
    how = and_list([f"{_have(len(each))} {words}" for each, words in kinds if each])
    return found(
        FindingKind.LEAKS,
        f"{rows_that('leak', len(rows), seen.facts.rows)} into a part that is kept aside: {how} "
        f"as a row there.",
        rows,
        looked_at=seen.facts.rows,
        is_sample=bool(leaks.near_text) and seen.is_sample,
        columns=told_apart(seen),
        groups=[[row, partners[row]] for row in rows],
        remedies=[*leave_out(rows, "that leak", "that leaks"), *_split_anew(seen, leaks)],
    )


def _have(count: int) -> str:
    return f"{count:,} {'has' if count == 1 else 'have'}"


def _split_anew(seen: Seen, leaks: Leaks) -> list[Remedy]:
    """It keeps together what is the same; what is nearly so may come to be in two parts again."""
    if seen.mapping is None or leaks.near_text:
        return []
    clean = seen.mapping.model_dump(mode="json", exclude_none=True)
    steps = [step("drop_columns", columns=[seen.part]), step("split", mapping=clean)]
    return [Remedy(label="Divide the rows anew, the same texts together", operations=steps)]


def _shared(values_RK: Hashes, part_R: npt.NDArray[np.int8]) -> Partners:
    """Rows that have one of K values in common with a row of a later part; 0 is no value."""
    partners: Partners = {}
    for part in range(len(PARTS) - 1):
        later = np.flatnonzero(part_R > part)
        own = np.flatnonzero(part_R == part)
        values = values_RK[later].ravel()
        known, first = np.unique(values, return_index=True)
        if not len(known):
            continue
        place_RK = np.searchsorted(known, values_RK[own]).clip(max=len(known) - 1)
        hit_RK = (known[place_RK] == values_RK[own]) & (values_RK[own] != 0)
        column = hit_RK.argmax(axis=1)
        for i in np.flatnonzero(hit_RK.any(axis=1)):
            at = first[place_RK[i, column[i]]] // values_RK.shape[1]
            partners[int(own[i])] = int(later[at])
    return partners
