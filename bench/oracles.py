"""What is truly there, by definition: plain and slow, and written without the code that is measured."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

Texts = Sequence[str]
_ALIKE = 0.8


def same(text: str) -> str:
    return " ".join(text.casefold().split())


def repeated(rows: Sequence[Texts], in_any_order: bool, label: bool = True) -> set[int]:
    """Rows that are the same as an earlier one; the last of each is its label, if it has one."""
    known: set[object] = set()
    again = set()
    for i, row in enumerate(rows):
        key = _key(row[:-1] if label else row, in_any_order), row[-1] if label else None
        if key in known:
            again.add(i)
        known.add(key)
    return again


def contradicting(
    rows: Sequence[Texts], in_any_order: bool, conflict: Callable[[list[str]], bool]
) -> set[int]:
    """Rows whose texts are those of another row, with labels that conflict."""
    groups = defaultdict(list)
    for i, row in enumerate(rows):
        groups[_key(row[:-1], in_any_order)].append(i)
    return {i for group in groups.values() if conflict([rows[i][-1] for i in group]) for i in group}


def resemble(row: Texts, other: Texts) -> bool:
    """Whether each text of a row is nearly that of another row; the last of each is its label."""
    return all(alike(a, b) for a, b in zip(row[:-1], other[:-1], strict=True))


def alike(text: str, other: str) -> bool:
    """Whether four fifths of the letters stay where one is turned into the other, in whatever order
    the words are: Ratcliff and Obershelp's measure, and no sets of anything."""
    one, two = (" ".join(sorted(re.findall(r"\w+", same(t)))) for t in (text, other))
    return SequenceMatcher(None, one, two, autojunk=False).ratio() >= _ALIKE


def _key(texts: Texts, in_any_order: bool) -> tuple[str, ...]:
    key = tuple(map(same, texts))
    return tuple(sorted(key)) if in_any_order else key
