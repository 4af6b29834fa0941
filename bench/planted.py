"""Faults planted in the real datasets, what is found of them, and what is truly there."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from backend.datasets.findings.conflicting_labels import conflicting_labels
from backend.datasets.findings.exact_duplicates import exact_duplicates
from backend.datasets.findings.finding import Finding, FindingKind
from backend.datasets.findings.leaks import exact_leaks, leaks_finding
from backend.datasets.findings.single_texts import single_texts
from backend.recipes.schemas import Mapping
from bench import faults, oracles
from bench.faults import Fault
from bench.real_tables import BANKING, MED, STSB, Real, Row, seen, table
from worker.jobs.looking.repeats import near_duplicates_finding, near_leaks

ROWS = 2_500
PLANTED = 150


@dataclass
class Tally:
    """Rows that were found, and rows that are truly so, over all sets. `fair` counts what was found
    and is so: beside the planted rows those that the data had of itself."""

    right: int = 0
    fair: int = 0
    found: int = 0
    true: int = 0
    missed: list[str] = field(default_factory=list)

    def add(
        self, found: set[int], true: set[int], also: frozenset[int] | set[int] = frozenset()
    ) -> None:
        """Recall is of `true`; what is found of `also` is no false alarm."""
        self.right += len(found & true)
        self.fair += len(found & (true | also))
        self.found += len(found)
        self.true += len(true)

    @property
    def precision(self) -> float:
        return self.fair / self.found if self.found else float(self.true == 0)

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0


@dataclass(frozen=True)
class Set:
    """A dataset to plant in; `is_symmetric`: its pairs say the same in swapped order."""

    name: str
    rows: Callable[[Real, int, int], list[Row]]
    mapping: Mapping
    is_symmetric: bool = False
    is_score: bool = False

    def conflict(self, labels: list[str]) -> bool:
        if self.is_score:  # a tenth of the scale
            return max(map(float, labels)) - min(map(float, labels)) > 0.5
        return len(set(labels)) > 1

    def finding(self, find: Callable[..., Finding | None], rows: list[Row]) -> set[int]:
        return rows_of(find(seen(table(rows, self.mapping, self.is_score), self.mapping)))


SETS = (
    Set("stsb", Real.stsb, STSB, is_symmetric=True, is_score=True),
    Set("med", Real.med, MED),
    Set("banking77", Real.banking, BANKING),
)


def rows_of(finding: Finding | None) -> set[int]:
    if finding is None:
        return set()
    assert finding.count == len(finding.rows), "more rows than a finding names: plant fewer"
    return set(finding.rows)


def exact(real: Real, each: Set, seed: int, tally: Tally) -> None:
    """Copies in another case and spacing, of symmetric pairs also in swapped order."""
    rng = random.Random(seed)
    rows = each.rows(real, ROWS, seed)
    for row in rng.sample(rows, PLANTED):
        texts = [faults.in_other_case(text, rng) for text in row[:-1]]
        if each.is_symmetric and rng.random() < 0.5:
            texts.reverse()
        rows.append((*texts, row[-1]))
    rng.shuffle(rows)
    true = oracles.repeated(rows, each.is_symmetric)
    assert len(true) >= PLANTED
    tally.add(each.finding(exact_duplicates, rows), true)


def conflicts(real: Real, each: Set, seed: int, tally: Tally) -> None:
    """Copies with another label."""
    rng = random.Random(seed)
    rows = each.rows(real, ROWS, seed)
    labels = sorted({row[-1] for row in rows})
    for row in rng.sample(rows, PLANTED):
        others = [label for label in labels if each.conflict([label, row[-1]])]
        rows.append((*(faults.in_other_case(text, rng) for text in row[:-1]), rng.choice(others)))
    rng.shuffle(rows)
    true = oracles.contradicting(rows, each.is_symmetric, each.conflict)
    assert len(true) >= PLANTED
    tally.add(each.finding(conflicting_labels, rows), true)


def nearly(real: Real, each: Set, seed: int, tally: Tally) -> None:
    """Rows of which each text is changed a little. Recall is of these; other rows that are found
    count as right where an edit distance, which the detector does not know, says so."""
    rng = random.Random(seed)
    rows = each.rows(real, ROWS, seed)
    first = len(rows)
    for n, row in enumerate(rng.sample(rows, PLANTED)):
        change = faults.NEARLY[n % len(faults.NEARLY)]
        rows.append((*(change(text, rng) for text in row[:-1]), row[-1]))
    exactly = oracles.repeated(rows, in_any_order=False)
    planted = set(range(first, len(rows))) - exactly
    finding = near_duplicates_finding(seen(table(rows, each.mapping, each.is_score), each.mapping))
    assert finding is not None
    pairs = {again: group[0] for group in finding.groups for again in group[1:]}
    also = {again for again, one in pairs.items() if oracles.resemble(rows[again], rows[one])}
    tally.add(rows_of(finding), planted, also)


def leaks(real: Real, each: Set, seed: int, exactly: Tally, nearly_so: Tally) -> None:
    """Rows of *prove* in *train*: a text in another case, the same group, nearly the same text."""
    rng = random.Random(seed)
    mapping = each.mapping.model_copy(update={"group": "source"})
    rows = _without_shared_texts(each.rows(real, ROWS, seed))
    parts = ["train"] * (len(rows) - 500) + ["choose"] * 200 + ["prove"] * 300
    groups = [f"source {i}" for i in range(len(rows))]
    kept_aside = range(len(rows) - 500, len(rows))
    shared, alike = set(), set()
    for n, i in enumerate(rng.sample(kept_aside, PLANTED)):
        kind = ("text", "group", "near")[n % 3]
        new = list(rng.choice(rows[: len(rows) - 500]))
        new[:-1] = [f"{text} number {n}" for text in new[:-1]]
        if kind == "text":
            new[0] = faults.in_other_case(rows[i][0], rng)
        if kind == "near":
            new[0] = faults.NEARLY[n // 3 % len(faults.NEARLY)](rows[i][0], rng)
        (alike if kind == "near" else shared).add(len(parts))
        rows, parts = [*rows, tuple(new)], [*parts, "train"]
        groups.append(groups[i] if kind == "group" else f"source {len(groups)}")
    looked = seen(table(rows, mapping, each.is_score, source=groups, part=parts), mapping)
    found = exact_leaks(looked)
    assert leaks_finding(looked, found)
    inputs = range(len(rows[0]) - 1)
    true = _shared(rows, parts, groups, inputs)
    assert shared <= true
    exactly.add(set(found.rows), true)
    near = near_leaks(looked, found)
    also = {
        row
        for row, partner in near.items()
        if any(oracles.alike(one, other) for one in rows[row][:-1] for other in rows[partner][:-1])
    }
    nearly_so.add(set(near), alike - true, also)


def single(real: Real, kind: FindingKind, fault: Fault, seed: int, tally: Tally) -> None:
    """A fault of single texts, in rows that have none of it."""
    rng = random.Random(seed)
    rows = real.banking(ROWS, seed)
    planted = set(rng.sample(range(len(rows)), PLANTED))
    rows = [
        (fault(t, rng), label) if i in planted else (t, label) for i, (t, label) in enumerate(rows)
    ]
    found = [f for f in single_texts(seen(table(rows, BANKING), BANKING)) if f.kind is kind]
    tally.add(rows_of(found[0] if found else None), planted)


SINGLE: tuple[tuple[FindingKind, Fault], ...] = (
    (FindingKind.EMPTY_TEXTS, faults.empty),
    (FindingKind.LONG_TEXTS, faults.very_long),
    (FindingKind.CONTROL_CHARACTERS, faults.control_character),
    (FindingKind.BROKEN_ENCODING, faults.wrong_encoding),
    (FindingKind.HTML, faults.html),
)


def _without_shared_texts(rows: list[Row]) -> list[Row]:
    """Rows that have no text in common: what is shared then was planted."""
    known: set[str] = set()
    left = []
    for row in rows:
        texts = {oracles.same(text) for text in row[:-1]}
        if texts.isdisjoint(known):
            left.append(row)
            known |= texts
    return left


def _later(parts: list[str], part: str) -> Iterator[int]:
    order = ("train", "choose", "prove")
    later = order[order.index(part) + 1 :]
    return (i for i, each in enumerate(parts) if each in later)


def _shared(rows: list[Row], parts: list[str], groups: list[str], inputs: range) -> set[int]:
    true = set()
    for part in ("train", "choose"):
        later = list(_later(parts, part))
        texts = {oracles.same(rows[i][place]) for i in later for place in inputs}
        sources = {groups[i] for i in later}
        for i, row in enumerate(rows):
            is_shared = any(oracles.same(row[place]) in texts for place in inputs)
            if parts[i] == part and (is_shared or groups[i] in sources):
                true.add(i)
    return true
