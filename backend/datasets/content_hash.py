"""What a table is, as one hash: its columns' names, kinds and values in order, and nothing else.

Independent of the file that it came in, of batches, and of how Parquet encodes it. A column's
values are hashed as two streams, so that cuts between batches leave no trace: the lengths (−1 for
null; 0 or −1 for what has no length) and the values themselves.
"""

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backend.datasets.columns import type_of


class _ColumnHash:
    def __init__(self) -> None:
        self._lengths = hashlib.sha256()
        self._values = hashlib.sha256()

    def see(self, array: pa.Array) -> None:
        if pa.types.is_list(array.type):
            self._see_lengths(pc.list_value_length(array))
            values = pc.list_flatten(array)
            self._values.update(values.to_numpy(zero_copy_only=False).tobytes())
        elif pa.types.is_string(array.type):
            self._see_lengths(pc.binary_length(array))
            self._values.update(_bytes_of(pc.fill_null(array, "")))
        else:
            self._see_lengths(pc.if_else(pc.is_null(array), -1, 0))
            zero = pa.scalar(0).cast(array.type)
            self._values.update(pc.fill_null(array, zero).to_numpy(zero_copy_only=False).tobytes())

    def _see_lengths(self, lengths: pa.Array) -> None:
        filled = pc.fill_null(lengths, -1).to_numpy(zero_copy_only=False)
        self._lengths.update(filled.astype("<i8").tobytes())

    def digest(self) -> bytes:
        return self._lengths.digest() + self._values.digest()


class ContentHash:
    """Sees a table batch by batch."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._columns = [_ColumnHash() for _ in schema]

    def see(self, batch: pa.RecordBatch) -> None:
        for column, array in zip(self._columns, batch.columns, strict=True):
            column.see(array)

    def hexdigest(self) -> str:
        whole = hashlib.sha256()
        for field, column in zip(self._schema, self._columns, strict=True):
            for part in (field.name.encode(), type_of(field).value.encode()):
                whole.update(len(part).to_bytes(8, "little") + part)
            whole.update(column.digest())
        return whole.hexdigest()


def _bytes_of(array: pa.StringArray) -> memoryview:
    """The UTF-8 of all texts of an array without nulls, end to end."""
    if not len(array):
        return memoryview(b"")
    _validity, offsets, data = array.buffers()
    if data is None:
        return memoryview(b"")
    bounds = np.frombuffer(offsets, dtype=np.int32, count=len(array) + 1, offset=4 * array.offset)
    return memoryview(data)[bounds[0] : bounds[-1]]
