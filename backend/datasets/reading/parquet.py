"""Parquet: its columns are brought to the kinds that we keep; nothing of it is trusted unread."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from backend.catalog.columns import ColumnType
from backend.datasets.columns import ARROW
from backend.datasets.reading.json_values import as_json
from backend.datasets.reading.limits import CHUNK_CHARACTERS, CHUNK_ROWS, MOST_FOOTER_BYTES
from backend.datasets.reading.names import check_names
from backend.datasets.reading.write import Written, write_table
from backend.problems import BadFile

_MARK = b"PAR1"
_TAIL_BYTES = 8  # the footer's length and the mark
_WHOLE_NUMBERS = (
    pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(),
)  # fmt: skip


def write_parquet(path: Path, place: Path) -> tuple[Written, dict[str, str]]:
    """Write the table in a Parquet file to `place`.

    Raises BadFile if the file is cut off, damaged, or not to be read within bounds.
    """
    _check_tail(path)

    def chunks() -> Iterator[_Batch]:
        try:
            with pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20) as file:
                check_names(file.schema_arrow.names, "In this file")
                first = 1
                for batch in file.iter_batches(batch_size=_rows_at_a_time(file.metadata)):
                    batch.validate(full=True)  # its texts may not be UTF-8, whatever it claims
                    yield _Batch(batch, first)
                    first += batch.num_rows
        except (pa.ArrowException, OSError, ValueError) as error:  # names that aren't UTF-8, too
            raise _damaged(str(error)) from error

    return write_table(lambda: (chunk for chunk in chunks() if chunk.rows), place), {}


def _rows_at_a_time(metadata: pq.FileMetaData) -> int:
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    widest = max((g.total_byte_size / max(1, g.num_rows) for g in groups), default=1.0)
    return max(1, min(CHUNK_ROWS, int(CHUNK_CHARACTERS / max(1.0, widest))))


def _check_tail(path: Path) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _TAIL_BYTES))
        tail = file.read()
    if size < _TAIL_BYTES + len(_MARK) or not tail.endswith(_MARK):
        raise BadFile(
            "truncated_parquet",
            "This Parquet file is cut off",
            f"It begins as Parquet does, but the description at its end is missing after byte "
            f"{size:,}. Copy or download it again.",
        )
    footer = int.from_bytes(tail[:4], "little")
    if footer > min(size, MOST_FOOTER_BYTES):
        raise _damaged(f"its description claims {footer:,} bytes, and the file has {size:,}")


def _damaged(reason: str) -> BadFile:
    words = reason.splitlines()[0].rstrip(".") if reason else "it can't be read"
    return BadFile(
        "damaged_parquet",
        "This Parquet file is damaged",
        f"Reading it failed: {words}. Write it again with the tool that made it.",
    )


class _Batch:
    """Rows whose kinds the file itself tells."""

    def __init__(self, batch: pa.RecordBatch, first: int) -> None:
        self.names: list[str] = batch.schema.names
        self.rows: int = batch.num_rows
        self._first = first
        self._columns = dict(zip(self.names, map(_plain, batch.columns), strict=True))

    def kind(self, name: str) -> ColumnType | None:
        return _kind(self._columns[name].type)

    def array(self, name: str, type_: ColumnType) -> pa.Array:
        array = self._columns[name]
        if type_ is ColumnType.OTHER:
            texts = [None if v is None else as_json(v) for v in array.to_pylist()]
            return pa.array(texts, pa.string())
        safe = type_ not in (ColumnType.NUMBER, ColumnType.NUMBERS)  # 2⁶³ as a float is near enough
        converted = array.cast(ARROW[type_], safe=safe)
        if type_ is ColumnType.NUMBER:  # NaN and infinity: no values that one could learn from
            return pc.if_else(pc.is_finite(converted), converted, pa.scalar(None, pa.float64()))
        return converted

    def place(self, row: int) -> str:
        return f"Row {self._first + row:,}"


def _plain(array: pa.Array) -> pa.Array:
    """Without the wrappings that say nothing of the values: extensions and dictionaries."""
    if isinstance(array, pa.ExtensionArray):
        return _plain(array.storage)
    if pa.types.is_dictionary(array.type):
        return _plain(array.cast(array.type.value_type))
    return array


_TESTS: tuple[tuple[Callable[[pa.DataType], bool], ColumnType], ...] = (
    (pa.types.is_string, ColumnType.TEXT),
    (pa.types.is_large_string, ColumnType.TEXT),
    (pa.types.is_string_view, ColumnType.TEXT),
    (pa.types.is_boolean, ColumnType.BOOLEAN),
    (lambda type_: type_ in _WHOLE_NUMBERS, ColumnType.INTEGER),
    (lambda type_: _is_number(type_), ColumnType.NUMBER),
    (lambda type_: _is_list(type_) and _is_number(type_.value_type), ColumnType.NUMBERS),
)


def _kind(type_: pa.DataType) -> ColumnType | None:
    if pa.types.is_null(type_):
        return None
    return next((kind for test, kind in _TESTS if test(type_)), ColumnType.OTHER)


def _is_number(type_: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_)
    )


def _is_list(type_: pa.DataType) -> bool:
    return bool(
        pa.types.is_list(type_)
        or pa.types.is_large_list(type_)
        or pa.types.is_fixed_size_list(type_)
    )
