"""What the cells of a text table are: numbers and truth values only where nothing is lost by it.

`007` stays a text, as do `+49 30 …`, `1,5` and whole numbers of more than 18 digits: an id that
lost a digit could never be found again.
"""

import re
from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from backend.catalog.columns import ColumnType
from backend.datasets.columns import ARROW

_PATTERNS = {
    ColumnType.BOOLEAN: r"^(?i:true|false)$",
    ColumnType.INTEGER: r"^-?(?:0|[1-9][0-9]{0,17})$",
    ColumnType.NUMBER: (
        r"^-?(?:(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,25})?|\.[0-9]{1,25})(?:[eE][-+]?[0-9]{1,2})?$"
    ),
}
_NUMBER = re.compile(_PATTERNS[ColumnType.NUMBER])
_BLANKS = " \t"
_FEW = 100  # cells tell of most columns of texts that they are


def is_number(cell: str) -> bool:
    return _NUMBER.match(cell.strip(_BLANKS)) is not None


def kind_of(cells: pa.StringArray) -> ColumnType | None:
    """The narrowest kind of all cells that aren't blank; None if all are."""
    possible = list(_kinds(_written(cells[:_FEW]), _PATTERNS))
    if not possible:
        return ColumnType.TEXT
    written = _written(cells)
    if not len(written):
        return None
    return next(_kinds(written, possible), ColumnType.TEXT)


def _kinds(written: pa.StringArray, possible: Iterable[ColumnType]) -> Iterator[ColumnType]:
    """Those of the possible kinds that hold all of these cells, the narrowest first."""
    for kind in possible:
        if pc.all(pc.match_substring_regex(written, _PATTERNS[kind])).as_py():
            yield kind


def as_kind(cells: pa.StringArray, kind: ColumnType) -> pa.Array:
    """The cells as values of `kind`; blank ones are null, but for texts, which stay as they are."""
    if kind is ColumnType.TEXT:
        return cells
    trimmed = pc.utf8_trim(cells, characters=_BLANKS)
    values = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
    return values.cast(ARROW[kind])


def _written(cells: pa.StringArray) -> pa.StringArray:
    trimmed = pc.utf8_trim(cells, characters=_BLANKS)
    return trimmed.filter(pc.not_equal(trimmed, ""))
