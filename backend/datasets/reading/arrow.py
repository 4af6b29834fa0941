"""Arrow and Feather: a file or a stream of record batches, compressed or not."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from backend.datasets.reading.arrow_batch import ArrowBatch
from backend.datasets.reading.limits import CHUNK_CHARACTERS, CHUNK_ROWS
from backend.datasets.reading.names import check_names
from backend.datasets.reading.values_allowed import ValuesAllowed
from backend.datasets.reading.write import Written, write_table
from backend.problems import BadFile

_FILE_MARK = b"ARROW1"


def write_arrow(
    path: Path, place: Path, most_bytes: int, most_rows: int = CHUNK_ROWS
) -> tuple[Written, dict[str, str]]:
    """Write the table in an Arrow file or stream to `place`; also which of the two it was.

    Raises BadFile if it is cut off, damaged, or not to be read within bounds.
    """
    with path.open("rb") as file:
        is_file = file.read(len(_FILE_MARK)) == _FILE_MARK
    written = write_table(lambda: _chunks(path, is_file, most_rows, most_bytes), place)
    return written, {"layout": "file" if is_file else "stream"}


def _chunks(path: Path, is_file: bool, most_rows: int, most_bytes: int) -> Iterator[ArrowBatch]:
    first, allowed = 1, ValuesAllowed(most_bytes)
    try:
        for piece in _joined(_pieces(_batches(path, is_file), most_rows), most_rows):
            rows = ArrowBatch(piece, first)
            allowed.take(rows)
            yield rows
            first += rows.rows
    except MemoryError:  # an ArrowException too, but none that says that the file is damaged
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        words = str(error).splitlines()[0].rstrip(".") if str(error) else "it can't be read"
        raise BadFile(
            "damaged_arrow",
            "This Arrow file is damaged",
            f"Reading it failed from row {first:,} on: {words}. Was it closed when it was "
            "written? Write it again with the tool that made it.",
        ) from error


def _batches(path: Path, is_file: bool) -> Iterator[pa.RecordBatch]:
    """The batches; what isn't compressed stays on disk until a row of it is looked at."""
    with pa.memory_map(str(path)) as source:
        if is_file:
            with pa.ipc.open_file(source) as reader:
                check_names(reader.schema.names, "In this file")
                for i in range(reader.num_record_batches):
                    yield reader.get_batch(i)
        else:
            with pa.ipc.open_stream(source) as reader:
                check_names(reader.schema.names, "In this file")
                yield from reader


def _pieces(batches: Iterator[pa.RecordBatch], most_rows: int) -> Iterator[pa.RecordBatch]:
    """The same rows in batches that fit in memory; none is empty."""
    for batch in batches:
        batch.validate(full=True)  # its texts may not be UTF-8, whatever it claims
        width = batch.nbytes / max(1, batch.num_rows)
        rows = max(1, min(most_rows, int(CHUNK_CHARACTERS / max(1.0, width))))
        for start in range(0, batch.num_rows, rows):
            yield batch.slice(start, rows)


def _joined(pieces: Iterator[pa.RecordBatch], most_rows: int) -> Iterator[pa.RecordBatch]:
    """The same rows in fewer batches: a stream of single rows would take hours to write."""
    waiting: list[pa.RecordBatch] = []
    rows = size = 0
    for piece in pieces:
        if waiting and (
            rows + piece.num_rows > most_rows or size + piece.nbytes > CHUNK_CHARACTERS
        ):
            yield pa.concat_batches(waiting)
            waiting, rows, size = [], 0, 0
        waiting.append(piece)
        rows += piece.num_rows
        size += piece.nbytes
    if waiting:
        yield pa.concat_batches(waiting)
