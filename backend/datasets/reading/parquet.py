"""Parquet: its columns are brought to the kinds that we keep; nothing of it is trusted unread."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from backend.datasets.reading.arrow_batch import ArrowBatch
from backend.datasets.reading.limits import CHUNK_CHARACTERS, CHUNK_ROWS, MOST_FOOTER_BYTES
from backend.datasets.reading.names import check_names
from backend.datasets.reading.values_allowed import ValuesAllowed
from backend.datasets.reading.write import Written, write_table
from backend.problems import BadFile

_MARK = b"PAR1"
_TAIL_BYTES = 8  # the footer's length and the mark


def write_parquet(
    path: Path, place: Path, most_bytes: int, most_rows: int = CHUNK_ROWS
) -> tuple[Written, dict[str, str]]:
    """Write the table in a Parquet file to `place`.

    Raises BadFile if the file is cut off, damaged, or not to be read within bounds.
    """
    _check_tail(path)
    return write_table(lambda: _chunks(path, most_rows, most_bytes), place), {}


def _chunks(path: Path, most_rows: int, most_bytes: int) -> Iterator[ArrowBatch]:
    first, allowed = 1, ValuesAllowed(most_bytes)
    try:
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20) as file:
            check_names(file.schema_arrow.names, "In this file")
            at_a_time = min(most_rows, _rows_at_a_time(file.metadata))
            for batch in file.iter_batches(batch_size=at_a_time):
                batch.validate(full=True)  # its texts may not be UTF-8, whatever it claims
                rows = ArrowBatch(batch, first)
                allowed.take(rows)
                if rows.rows:
                    yield rows
                first += rows.rows
            if first - 1 != file.metadata.num_rows:
                raise ValueError(
                    f"it claims {file.metadata.num_rows:,} rows and holds {first - 1:,}"
                )
    except MemoryError:  # an ArrowException too, but none that says that the file is damaged
        raise
    except (pa.ArrowException, OSError, ValueError) as error:  # names that aren't UTF-8, too
        raise _damaged(f"from row {first:,} on", str(error)) from error


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
        raise _damaged(
            f"at byte {size - _TAIL_BYTES:,}",
            f"its description claims {footer:,} bytes, and the file has {size:,}",
        )


def _damaged(place: str, reason: str) -> BadFile:
    words = reason.splitlines()[0].rstrip(".") if reason else "it can't be read"
    return BadFile(
        "damaged_parquet",
        "This Parquet file is damaged",
        f"Reading it failed {place}: {words}. Write it again with the tool that made it.",
    )
