"""By what the rows of a table are grouped: the columns that nobody learns from. Pure."""

from collections import Counter
from collections.abc import Sequence

import pyarrow as pa

from backend.recipes.schemas import Mapping

MOST_GROUPS = 8


def by_columns(rows: pa.Table, mapping: Mapping) -> dict[str, list[str]]:
    """What the columns that nobody learns from divide the rows by, where they have few values."""
    used = {*mapping.inputs, mapping.label}
    told = {
        name: by_value(rows[name].to_pylist())
        for name in rows.column_names
        if name not in used and not pa.types.is_nested(rows[name].type)
    }
    return {name: names for name, names in told.items() if names}


def by_value(values: Sequence[object]) -> list[str]:
    """The values themselves where they are few; empty where they are no groups."""
    told = ["" if value is None else str(value) for value in values]
    counts = Counter(value for value in told if value)
    is_few = 2 <= len(counts) <= MOST_GROUPS and max(len(value) for value in counts) <= 60
    return told if is_few else []
