"""A column that says of each row whether it is to train, choose or prove with. Pure."""

from collections.abc import Iterable

from backend.catalog.columns import ColumnFacts, ColumnType, TableFacts
from backend.recipes.column_names import PART_NAMES, named

SYNONYMS = {
    "train": ("train", "training", "learn"),
    "choose": ("choose", "dev", "development", "val", "valid", "validation", "eval"),
    "prove": ("prove", "test", "testing", "heldout"),
}
"""What each part may be called in a table, whatever its case and punctuation."""

_PART_OF = {name: part for part, names in SYNONYMS.items() for name in names}


def part_of(value: str) -> str | None:
    """train, choose or prove; None for a word that says none of them."""
    return _PART_OF.get("".join(c for c in value.lower() if c.isalnum()))


def part_column(facts: TableFacts) -> str | None:
    """The column that divides this table, by its name and all its values; None where none does."""
    dividing = (c.name for c in facts.columns if c.type is ColumnType.TEXT and divides(c))
    return named(dividing, PART_NAMES)


def divides(column: ColumnFacts) -> bool:
    """Whether all values name parts, and one of them the part to learn from."""
    parts = {part_of(value) for value in column.counts}
    return "train" in parts and None not in parts and len(parts) > 1


def unknown_values(column: ColumnFacts) -> list[str]:
    """Those that name no part, where the values are known."""
    return [value for value in column.counts if part_of(value) is None]


def rows_of(column: ColumnFacts, part: str) -> int:
    """How many rows the column gives to a part."""
    return sum(rows for value, rows in column.counts.items() if part_of(value) == part)


def in_words(values: Iterable[str]) -> str:
    return ", ".join(repr(value) for value in values)
