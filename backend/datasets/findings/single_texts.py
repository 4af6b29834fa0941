"""What is wrong with single texts: empty, very long, badly read, HTML, keys and e-mail addresses."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from backend.datasets.findings.finding import Finding, FindingKind, Remedy
from backend.datasets.findings.making import found, leave_out, step
from backend.datasets.looking.columns import ColumnCollector
from backend.datasets.looking.faults import LONGEST_CHARACTERS
from backend.datasets.looking.one_pass import Seen
from backend.recipes.words import and_list, counted

Remedies = Callable[[list[str]], list[Remedy]]


@dataclass(frozen=True, kw_only=True)
class _Row:
    """`many` and `one` follow the number of texts; `remedies` are for the columns that have it."""

    kind: FindingKind
    one: str
    many: str
    remedies: Remedies


def _not_empty(columns: list[str]) -> list[Remedy]:
    steps = [step("filter", column=name, not_empty=True) for name in columns]
    return [Remedy(label="Leave out rows in which a text is missing", operations=steps)]


def _not_longer(columns: list[str]) -> list[Remedy]:
    steps = [step("filter", column=name, longest=LONGEST_CHARACTERS) for name in columns]
    label = f"Leave out rows with a text of more than {LONGEST_CHARACTERS:,} characters"
    return [Remedy(label=label, operations=steps)]


def _repair(columns: list[str]) -> list[Remedy]:
    return [Remedy(label="Repair them", operations=[step("repair_encoding", columns=columns)])]


def _strip(columns: list[str]) -> list[Remedy]:
    return [Remedy(label="Leave the HTML out", operations=[step("strip_html", columns=columns)])]


def _hide(columns: list[str]) -> list[Remedy]:
    steps = [step("hide_private", columns=columns)]
    return [Remedy(label="Replace e-mail addresses and passwords", operations=steps)]


_ROWS = (
    _Row(kind=FindingKind.EMPTY_TEXTS, one="is empty", many="are empty", remedies=_not_empty),
    _Row(
        kind=FindingKind.LONG_TEXTS,
        one=f"is longer than {LONGEST_CHARACTERS:,} characters",
        many=f"are longer than {LONGEST_CHARACTERS:,} characters",
        remedies=_not_longer,
    ),
    _Row(
        kind=FindingKind.CONTROL_CHARACTERS,
        one="holds control characters",
        many="hold control characters",
        remedies=_repair,
    ),
    _Row(
        kind=FindingKind.BROKEN_ENCODING,
        one="was read in a wrong encoding, such as Ã¼ for ü",
        many="were read in a wrong encoding, such as Ã¼ for ü",
        remedies=_repair,
    ),
    _Row(kind=FindingKind.HTML, one="holds HTML", many="hold HTML", remedies=_strip),
    _Row(
        kind=FindingKind.SECRETS,
        one="holds what looks like a password or a key",
        many="hold what looks like a password or a key",
        remedies=_hide,
    ),
    _Row(
        kind=FindingKind.EMAIL_ADDRESSES,
        one="holds an e-mail address",
        many="hold e-mail addresses",
        remedies=_hide,
    ),
)


def single_texts(seen: Seen) -> Iterator[Finding]:
    """One finding for each kind of fault that a text of the inputs has."""
    inputs = seen.mapping.inputs if seen.mapping else []
    columns = [column for column in seen.columns if column.facts.name in inputs]
    for row in _ROWS:
        faulty = [column for column in columns if _counts(column, row.kind, seen)]
        if faulty:
            yield _finding(row, faulty, seen)


def _counts(column: ColumnCollector, kind: FindingKind, seen: Seen) -> int:
    """A document that nobody asked for has no query, and that is well."""
    is_graded = seen.mapping is not None and seen.mapping.grade is not None
    if kind is FindingKind.EMPTY_TEXTS and is_graded:
        return 0
    return column.faults.counts[kind]


def _finding(row: _Row, faulty: list[ColumnCollector], seen: Seen) -> Finding:
    names = [column.facts.name for column in faulty]
    texts = sum(column.faults.counts[row.kind] for column in faulty)
    rows = np.unique(np.concatenate([column.faults.rows(row.kind) for column in faulty]))
    remedies = row.remedies(names)
    if row.kind is FindingKind.BROKEN_ENCODING:
        remedies = [*remedies, *leave_out(rows, "with broken texts")]
    return found(
        row.kind,
        f"{counted(texts, 'text')} of {and_list(names)} {row.one if texts == 1 else row.many}.",
        rows,
        count=texts,
        looked_at=seen.facts.rows,
        columns=names,
        remedies=remedies,
    )
