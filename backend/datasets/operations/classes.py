"""Texts with classes as pairs or triplets: what shares a class belongs together."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import pyarrow as pa
from pydantic import Field

from backend.datasets.operations.columns_named import column_of
from backend.datasets.operations.making import table_of_texts
from backend.datasets.operations.members import Members
from backend.datasets.operations.operation import SCALARS, TEXTS, Operation, Seed
from backend.datasets.operations.parts import by_part
from backend.recipes.schemas import ColumnName


class _OfClasses(Operation):
    """Each text is an anchor in its turn; its partners are drawn at random."""

    text: ColumnName = column_of(*TEXTS)
    label: ColumnName = column_of(*SCALARS)
    per_text: int = Field(1, ge=1, le=100, description="So many rows for each text, where it can.")
    seed: Seed = 0

    def _members(self, table: pa.Table) -> Members:
        texts, labels = (table.column(name).to_pylist() for name in (self.text, self.label))
        return Members(zip(texts, labels, strict=True))


class ClassesToPairs(_OfClasses):
    """Columns anchor and positive: two texts of one class, never the same text twice."""

    name: ClassVar[str] = "classes_to_pairs"
    purpose: ClassVar[str] = "Pair each text with another of its class."

    def apply(self, table: pa.Table) -> pa.Table:
        return by_part(table, lambda rows: table_of_texts(PAIR, self._pairs(rows)))

    def _pairs(self, table: pa.Table) -> Iterator[tuple[str, str]]:
        members, rng = self._members(table), np.random.default_rng(self.seed)
        for anchor, label in members.places:
            for positive in members.fellows(anchor, label, self.per_text, rng):
                yield members.texts[anchor], members.texts[positive]

    def sentence(self, before: int, after: int) -> str:
        return f"Made {after:,} pairs of {before:,} texts: two of one {self.label} each."


class ClassesToTriplets(_OfClasses):
    """Columns anchor, positive and negative; the negative shares no class with the anchor."""

    name: ClassVar[str] = "classes_to_triplets"
    purpose: ClassVar[str] = "Give each text another of its class, and one of another class."

    def apply(self, table: pa.Table) -> pa.Table:
        return by_part(table, lambda rows: table_of_texts(TRIPLET, self._triplets(rows)))

    def _triplets(self, table: pa.Table) -> Iterator[tuple[str, str, str]]:
        members, rng = self._members(table), np.random.default_rng(self.seed)
        for anchor, label in members.places:
            for positive in members.fellows(anchor, label, self.per_text, rng):
                if (negative := members.stranger(anchor, rng)) is not None:
                    yield members.texts[anchor], members.texts[positive], members.texts[negative]

    def sentence(self, before: int, after: int) -> str:
        return (
            f"Made {after:,} triplets of {before:,} texts: two of one {self.label} each, and one "
            "of another."
        )


PAIR = ("anchor", "positive")
TRIPLET = ("anchor", "positive", "negative")
