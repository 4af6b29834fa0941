"""The columns of a dataset as they lie in memory: read at once, without making Python values."""

from typing import Any

import pyarrow as pa


def arrow_column(dataset: Any, name: str, rows: int | None = None) -> pa.ChunkedArray | None:
    """The column in the dataset's order of rows, all of it or the first `rows`.

    None where a transform makes the rows when they are read, or the dataset isn't arrow's.
    """
    if getattr(dataset, "format", {}).get("type", "custom") == "custom":
        return None
    column: pa.ChunkedArray = dataset.data.column(name)
    if (order := dataset._indices) is not None:  # the public ways take seconds for a million rows
        places = order.column(0)[:rows].combine_chunks()
        if is_text(column.type):
            column = column.cast(pa.large_string())  # one array may then have above 2 GB
        return pa.chunked_array([column.combine_chunks().take(places)])
    return column[:rows]


def is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def is_list(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    )
