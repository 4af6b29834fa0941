"""Tables of texts that an operation makes."""

from collections.abc import Iterable, Sequence

import pyarrow as pa

from backend.catalog.columns import ColumnType
from backend.datasets.columns import field


def table_of_texts(names: Sequence[str], rows: Iterable[Sequence[str | None]]) -> pa.Table:
    """A column of texts for each name."""
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    schema = pa.schema([field(name, ColumnType.TEXT) for name in names])
    return pa.table([pa.array(column, pa.string()) for column in columns], schema=schema)


def is_written(text: str | None) -> bool:
    """Whether a cell holds more than blanks."""
    return text is not None and bool(text.strip())
