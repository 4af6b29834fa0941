"""Which columns have no part in a training, and why: every column that is mapped counts. Pure."""

from backend.catalog.columns import MOST_CLASSES, ColumnFacts, ColumnType, TableFacts
from backend.recipes.column_names import is_id, plain

MOSTLY_EMPTY = "is mostly empty"
_FEWEST_A_VALUE = 5
_SHORT_CHARACTERS = 60


def why_surplus(column: ColumnFacts, facts: TableFacts) -> str | None:
    """Why this column had better be left out, as the end of "it …"; None if it may be of use."""
    missing = column.nulls + column.empty
    if missing >= facts.rows:
        return "is empty"
    if is_id(column.name) or _looks_like_ids(column, facts):
        return "only numbers or names the rows"
    if missing * 2 > facts.rows:
        return MOSTLY_EMPTY
    if column.distinct == 1 and facts.rows > 1:
        return "is the same in every row"
    if column.type is ColumnType.OTHER:
        return "holds neither texts nor numbers"
    if plain(column.name) in ("file", "filename"):
        return "names the file that a row came from"
    return None


def is_categorical(column: ColumnFacts, facts: TableFacts) -> bool:
    """A few short texts that come again and again: a property of the rows, not what they say."""
    return (
        column.type is ColumnType.TEXT
        and 2 <= column.distinct <= MOST_CLASSES
        and column.distinct * _FEWEST_A_VALUE <= facts.rows
        and (column.mean_characters or 0) <= _SHORT_CHARACTERS
    )


def _looks_like_ids(column: ColumnFacts, facts: TableFacts) -> bool:
    """Texts without a space, all of one length and all different."""
    return (
        column.type is ColumnType.TEXT
        and facts.rows > 1
        and column.distinct == facts.rows
        and column.minimum == column.maximum
        and bool(column.examples)
        and not any(" " in example for example in column.examples)
    )
