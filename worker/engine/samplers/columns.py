"""A sampler's view of a dataset: columns as numbers, read at once and without touching Python."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from worker.engine.data.arrow import arrow_column, is_text

NUMBER_OF_NONE = -1


class Table(Protocol):
    """What a sampler needs of a dataset: its columns and their values."""

    @property
    def column_names(self) -> list[str]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, key: str, /) -> Any: ...


def codes(dataset: Table, names: Sequence[str]) -> NDArray[np.int64]:
    """Rows × columns: numbers in place of values, equal where their texts are, in any column.

    Numbers count up from 0 in the order of first appearance.
    """
    columns = [_texts(dataset, name) for name in names]
    if not columns:
        return np.empty((len(dataset), 0), dtype=np.int64)
    chunks = [chunk for column in columns for chunk in column.chunks]
    encoded = pa.chunked_array(chunks, type=pa.large_string()).combine_chunks().dictionary_encode()
    numbers = pc.fill_null(encoded.indices.cast(pa.int64()), NUMBER_OF_NONE).to_numpy()
    return np.ascontiguousarray(numbers.reshape(len(names), -1).T)


def _texts(dataset: Table, name: str) -> pa.ChunkedArray:
    """The column as texts; what is no text is compared as it prints."""
    column = arrow_column(dataset, name)
    if column is not None and _prints_alike(column.type):
        return column.cast(pa.large_string())
    texts = pa.array([str(value) for value in dataset[name][:]], type=pa.large_string())
    return pa.chunked_array([texts])


def _prints_alike(kind: pa.DataType) -> bool:
    """Whether arrow makes the same text of such a value as Python does."""
    return is_text(kind) or pa.types.is_integer(kind)
