"""Texts sorted into classes: who belongs together, and who is a stranger to whom.

The same text in other case or spacing is one text, in the spelling that comes first. A text that
stands in several classes belongs to all of them.
"""

from collections.abc import Hashable, Iterable

import numpy as np

from backend.datasets.operations.making import is_written
from backend.datasets.split import normal

_TRIES = 100
"""Before all strangers are listed: with at least 5 % of them, 99 draws of 100 end here."""


class Members:
    """`rows` are the texts with their classes; what lacks either is passed over."""

    def __init__(self, rows: Iterable[tuple[str | None, Hashable]]) -> None:
        self.texts: list[str] = []
        self.places: list[tuple[int, Hashable]] = []  # each text in each of its classes, once
        self._of_class: dict[Hashable, list[int]] = {}
        self._position: dict[tuple[int, Hashable], int] = {}
        self._classes: list[set[Hashable]] = []
        self._strangers: dict[frozenset[Hashable], list[int]] = {}
        number_of: dict[str, int] = {}
        for text, label in rows:
            if text is None or label is None or not is_written(text):
                continue
            number = number_of.setdefault(normal(text), len(number_of))
            if number == len(self.texts):
                self.texts.append(text)
                self._classes.append(set())
            if label not in self._classes[number]:
                self._add(number, label)

    def _add(self, number: int, label: Hashable) -> None:
        members = self._of_class.setdefault(label, [])
        self._classes[number].add(label)
        self._position[number, label] = len(members)
        members.append(number)
        self.places.append((number, label))

    def fellows(
        self, number: int, label: Hashable, most: int, rng: np.random.Generator
    ) -> list[int]:
        """At most `most` other texts of the class, each as likely."""
        members, own = self._of_class[label], self._position[number, label]
        others = len(members) - 1
        drawn = rng.choice(others, min(most, others), replace=False) if others else ()
        return [members[i + (i >= own)] for i in map(int, drawn)]

    def stranger(self, number: int, rng: np.random.Generator) -> int | None:
        """A text that shares no class with this one; None where there is none."""
        own = self._classes[number]
        for _ in range(_TRIES):
            other = int(rng.integers(len(self.texts)))
            if own.isdisjoint(self._classes[other]):
                return other
        strangers = self._all_strangers(frozenset(own))
        return strangers[int(rng.integers(len(strangers)))] if strangers else None

    def _all_strangers(self, own: frozenset[Hashable]) -> list[int]:
        if own not in self._strangers:
            self._strangers[own] = [
                i for i, theirs in enumerate(self._classes) if own.isdisjoint(theirs)
            ]
        return self._strangers[own]
