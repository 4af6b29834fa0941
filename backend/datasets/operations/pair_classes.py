"""Pairs with a class as triplets: of one anchor, what follows from it and what contradicts it.

Source of the conversion: AllNLI, as S. Bowman et al. 2015 and A. Williams et al. 2018 are used by
Sentence Transformers, examples/sentence_transformer/training/nli.
"""

from collections.abc import Iterator
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from backend.catalog.columns import TableFacts
from backend.datasets.operations.classes import TRIPLET
from backend.datasets.operations.columns_named import column_of, in_words, use
from backend.datasets.operations.equality import KINDS_OF_VALUE, Value, equals
from backend.datasets.operations.making import is_written, table_of_texts
from backend.datasets.operations.operation import SCALARS, TEXTS, Operation
from backend.datasets.operations.parts import by_part
from backend.datasets.reading.names import shown
from backend.datasets.split import normal
from backend.problems import Invalid, Pointer, Problem
from backend.recipes.schemas import ColumnName
from backend.recipes.words import and_list

_MOST_SHOWN = 10


class PairClassToTriplets(Operation):
    """Columns anchor, positive and negative. Of an anchor with several positives and negatives
    there are as many rows as the longer list has, and the shorter begins again. Anchors that lack
    either have no row. What is also a positive of the anchor is never its negative."""

    name: ClassVar[str] = "pair_class_to_triplets"
    purpose: ClassVar[str] = (
        "Make rows of three of pairs with a class: a text, one that follows from it, one "
        "that contradicts it."
    )

    anchor: ColumnName = column_of(*TEXTS)
    other: ColumnName = column_of(*TEXTS)
    label: ColumnName = column_of(*SCALARS)
    positive: Value
    negative: Value

    def problems(self, facts: TableFacts, at: Pointer) -> Iterator[Problem]:
        yield from super().problems(facts, at)
        if self.positive == self.negative:
            yield Problem(
                code="same_class",
                title="One class can't be both",
                detail=f"Positive and negative are both {self.positive!r}. Name two classes.",
                at=at / "parameters" / "negative",
            )
        found = facts.column(self.label)
        for name in ("positive", "negative"):
            value = getattr(self, name)
            if found and found.type in SCALARS and found.type not in KINDS_OF_VALUE[type(value)]:
                yield Problem(
                    code="unknown_class",
                    title="There is no such class",
                    detail=f"{self.label!r} holds {in_words(found.type)}, never {value!r}.",
                    at=at / "parameters" / name,
                )

    def apply(self, table: pa.Table) -> pa.Table:
        labels = table.column(self.label)
        for name in ("positive", "negative"):
            if not pc.any(equals(labels, getattr(self, name))).as_py():
                raise Invalid(_no_such_class(labels, self.label, getattr(self, name), name))
        return by_part(table, lambda rows: table_of_texts(TRIPLET, self._triplets(rows)))

    def _triplets(self, table: pa.Table) -> Iterator[tuple[str, str, str]]:
        positives, negatives = (self._others(table, v) for v in (self.positive, self.negative))
        for key, (anchor, entailed) in positives.items():
            _, contradicting = negatives.get(key, (anchor, {}))
            allowed = [text for own, text in contradicting.items() if own not in {*entailed, key}]
            if allowed:
                texts = list(entailed.values())
                for i in range(max(len(texts), len(allowed))):
                    yield anchor, texts[i % len(texts)], allowed[i % len(allowed)]

    def _others(self, table: pa.Table, value: Value) -> dict[str, tuple[str, dict[str, str]]]:
        """Of each anchor its first spelling, and its texts of this class, each once."""
        rows = table.filter(equals(table.column(self.label), value))
        found: dict[str, tuple[str, dict[str, str]]] = {}
        columns = (rows.column(name).to_pylist() for name in (self.anchor, self.other))
        for anchor, other in zip(*columns, strict=True):
            if is_written(anchor) and is_written(other):
                _, texts = found.setdefault(normal(anchor), (anchor, {}))
                texts.setdefault(normal(other), other)
        return found

    def sentence(self, before: int, after: int) -> str:
        return (
            f"Made {after:,} triplets of {before:,} pairs: {self.positive} is the positive, "
            f"{self.negative} the negative."
        )


def _no_such_class(labels: pa.ChunkedArray, column: str, value: Value, setting: str) -> Problem:
    at = Pointer("/parameters") / setting
    there = pc.unique(labels).drop_null().to_pylist()
    same = [v for v in there if str(v).casefold().strip() == str(value).casefold().strip()]
    more = f" and {len(there) - _MOST_SHOWN:,} more" if len(there) > _MOST_SHOWN else ""
    names = and_list([shown(str(v)) for v in there[:_MOST_SHOWN]])
    return Problem(
        code="unknown_class",
        title="There is no such class",
        detail=f"No {column!r} is {value!r}; there are {names}{more}.",
        at=at,
        fixes=(use(same[0], at),) if same else (),
    )
