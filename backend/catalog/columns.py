"""What is known of a table's columns, and which of them can be a label of which kind.

The rule of names: a column called label, labels, score or scores is the label, every other column
is an input, and inputs count in their order. Source: Sentence Transformers documentation,
"Dataset Format".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from backend.catalog.rows import Label

LABEL_NAMES = ("label", "labels", "score", "scores")
"""In the order in which they win; a second one in the same table is a question to be answered."""

MOST_CLASSES = 1_000
"""A whole-number or text column with more distinct values than this is no class label."""

MOST_COUNTED = 12
"""Of a text column with so many distinct values or fewer, the rows of each are counted."""

FEWEST_DIMENSIONS = 16
"""A shorter list of numbers is no embedding: no text model has so few dimensions."""

NEAR_ONE = 1e-3
"""So far from 1 may rounded shares sum up."""


class ColumnType(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NUMBERS = "list of numbers"
    OTHER = "other"


NUMERIC = (ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.BOOLEAN)


@dataclass(frozen=True, kw_only=True)
class ColumnFacts:
    """One column, as one pass over the rows sees it.

    `minimum`, `maximum` are of the values (of numbers and booleans) or of the lengths in
    characters (of texts). `list_length` is the common length of all lists, None if they differ;
    then `ragged_row` is the first (from 0) that differs from those before it. `hole_row` is the
    first whose list holds something that is no number. `are_shares`: each list sums to 1. `counts`
    has the rows of each value of a text column with at most MOST_COUNTED of them; else nothing.
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
    ragged_row: int | None = None
    hole_row: int | None = None
    are_shares: bool = False
    examples: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


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
    match column.type:
        case ColumnType.BOOLEAN:
            yield from (Label.BINARY, Label.CLASS)
        case ColumnType.INTEGER:
            if _is_yes_or_no(column):
                yield Label.BINARY
            if few and column.minimum is not None and column.minimum >= 0:
                yield Label.CLASS
            yield Label.SCORE
        case ColumnType.NUMBER:
            if _is_yes_or_no(column):
                yield Label.BINARY
            yield Label.SCORE
        case ColumnType.TEXT:
            if few:
                yield Label.CLASS
        case ColumnType.NUMBERS:
            if column.list_length is None or column.hole_row is not None:
                return
            if column.are_shares and column.list_length > 1:
                yield Label.PROBABILITIES
            elif column.list_length >= FEWEST_DIMENSIONS:
                yield Label.EMBEDDING
            yield Label.SCORES
        case ColumnType.OTHER:
            return


def _is_yes_or_no(column: ColumnFacts) -> bool:
    """Whether all values are 0 or 1; many a file writes them 0.0 and 1.0."""
    return column.distinct <= 2 and {column.minimum, column.maximum} <= {0, 1}


def input_name(name: str) -> str:
    """What a column of texts is called in training: never as a label would be."""
    return f"text of {name}" if name.lower() in LABEL_NAMES else name
