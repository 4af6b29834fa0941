"""What is known of a table's columns, and which of them can be a label of which kind.

The rule of names: a column called label, labels, score or scores is the label, every other column
is an input, and inputs count in their order. Source: Sentence Transformers documentation,
"Dataset Format".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from backend.catalog.rows import Label

LABEL_NAMES = ("label", "labels", "score", "scores")
"""In the order in which they win; a second one in the same table is a question to be answered."""

MOST_CLASSES = 1_000
"""A whole-number or text column with more distinct values than this is no class label."""


class ColumnType(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NUMBERS = "list of numbers"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class ColumnFacts:
    """One column, as one pass over the rows sees it.

    `minimum`, `maximum` are of the values (of numbers and booleans) or of the lengths in
    characters (of texts). `list_length` is the common length of all lists, None if they differ.
    """

    name: str
    type: ColumnType
    nulls: int = 0
    empty: int = 0
    distinct: int = 0
    minimum: float | None = None
    maximum: float | None = None
    mean_characters: float | None = None
    list_length: int | None = None
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TableFacts:
    rows: int
    columns: tuple[ColumnFacts, ...]

    def column(self, name: str) -> ColumnFacts | None:
        return next((c for c in self.columns if c.name == name), None)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def label_kinds(column: ColumnFacts | None) -> frozenset[Label]:
    """Every kind of label that this column can serve as; NONE where there is no column."""
    return frozenset({Label.NONE} if column is None else _kinds(column))


def _kinds(column: ColumnFacts) -> Iterator[Label]:
    few = 2 <= column.distinct <= MOST_CLASSES
    low, high = column.minimum, column.maximum
    match column.type:
        case ColumnType.BOOLEAN:
            yield from (Label.BINARY, Label.CLASS)
        case ColumnType.INTEGER:
            if (
                column.distinct <= 2
                and low is not None
                and high is not None
                and 0 <= low <= high <= 1
            ):
                yield Label.BINARY
            if few and low is not None and low >= 0:
                yield Label.CLASS
            yield Label.SCORE
        case ColumnType.NUMBER:
            yield Label.SCORE
        case ColumnType.TEXT:
            if few:
                yield Label.CLASS
        case ColumnType.NUMBERS:
            yield from (Label.SCORES, Label.PROBABILITIES, Label.EMBEDDING)
        case ColumnType.OTHER:
            return
