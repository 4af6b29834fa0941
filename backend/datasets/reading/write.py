"""From chunks to a version's Parquet, in flat memory, with each column's kind found on the way.

The first pass writes with the kinds that the values so far allow. If a later value needs a wider
one, it only looks on to the end, and a second pass writes. So most files are read once, none more
than twice.
"""

import functools
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from backend.catalog.columns import ColumnType, TableFacts
from backend.datasets.columns import ARROW, field, join
from backend.datasets.content_hash import ContentHash
from backend.datasets.facts import FactsCollector
from backend.datasets.reading.chunk import Chunk
from backend.datasets.reading.limits import CHUNK_ROWS, MOST_CELL_CHARACTERS
from backend.datasets.reading.names import check_names, shown
from backend.problems import BadFile

Kinds = dict[str, ColumnType | None]


@dataclass(frozen=True, kw_only=True)
class Written:
    """A table on disk: what it holds, and the hash of that."""

    facts: TableFacts
    content_hash: str


def write_table(read: Callable[[], Iterable[Chunk]], place: Path) -> Written:
    """Write what `read` yields to `place` as Parquet. `read` may be called twice.

    Raises BadFile if there are no rows, or if something is larger than it may be.
    """
    kinds: Kinds = {}
    while True:
        result = _write(iter(read()), kinds, place)
        if isinstance(result, Written):
            return result
        kinds = result


def _write(chunks: Iterator[Chunk], kinds: Kinds, place: Path) -> Written | Kinds:
    """Write with these kinds or, where they are too narrow, find those that hold all values."""
    first = next(chunks, None)
    if first is None:
        raise BadFile(
            "no_rows",
            "There are no rows in this file",
            "Its columns may be named, but not one row follows. Was the export complete?",
        )
    kinds = _widen(kinds, first)
    with _Sink(kinds, place) as sink:
        sink.write(first)
        for chunk in chunks:
            wider = _widen(kinds, chunk)
            if _settled(wider) != _settled(kinds):
                return functools.reduce(_widen, chunks, wider)
            kinds = wider
            sink.write(chunk)
    return sink.written()


def _widen(kinds: Kinds, chunk: Chunk) -> Kinds:
    new = [name for name in chunk.names if name not in kinds]
    if new:
        check_names([*kinds, *new], "In this file")
    seen = {name: join(kinds.get(name), chunk.kind(name)) for name in chunk.names}
    return {**kinds, **seen}


def _settled(kinds: Kinds) -> dict[str, ColumnType]:
    """A column without any value is one of texts."""
    return {name: kind or ColumnType.TEXT for name, kind in kinds.items()}


class _Sink:
    """The Parquet being written, with all that is told of it: in threads, for Arrow and hashing work
    while the next chunk is read. One chunk is under way at a time."""

    def __init__(self, kinds: Kinds, place: Path) -> None:
        self._kinds = _settled(kinds)
        self._schema = pa.schema([field(name, kind) for name, kind in self._kinds.items()])
        self._facts = FactsCollector(self._schema)
        self._hash = ContentHash(self._schema)
        self._file = pq.ParquetWriter(place, self._schema, compression="zstd")
        self._threads = ThreadPoolExecutor(3)
        self._under_way: list[Future[None]] = []

    def write(self, chunk: Chunk) -> None:
        names = set(chunk.names)
        arrays = [
            chunk.array(name, kind) if name in names else pa.nulls(chunk.rows, ARROW[kind])
            for name, kind in self._kinds.items()
        ]
        for name, array in zip(self._kinds, arrays, strict=True):
            _check_lengths(name, array, chunk)
        batch = pa.record_batch(arrays, schema=self._schema)
        self._wait()
        self._under_way = [
            self._threads.submit(self._file.write_batch, batch, CHUNK_ROWS),
            self._threads.submit(self._facts.see, batch),
            self._threads.submit(self._hash.see, batch),
        ]

    def _wait(self) -> None:
        for task in self._under_way:
            task.result()

    def written(self) -> Written:
        self._wait()
        return Written(facts=self._facts.facts(), content_hash=self._hash.hexdigest())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._threads.shutdown()
        self._file.close()


def _check_lengths(name: str, array: pa.Array, chunk: Chunk) -> None:
    if not pa.types.is_string(array.type) or _bytes(array) <= MOST_CELL_CHARACTERS:
        return
    lengths = pc.utf8_length(array)
    longest = pc.max(lengths).as_py()
    if longest is not None and longest > MOST_CELL_CHARACTERS:
        row = pc.index(lengths, longest).as_py()
        raise cell_too_long(f"{chunk.place(row)}, column {shown(name)}", longest)


def _bytes(texts: pa.StringArray) -> int:
    """Of the longest, which has no more characters than that."""
    return pc.max(pc.binary_length(texts)).as_py() or 0


def cell_too_long(place: str, characters: int) -> BadFile:
    return BadFile(
        "cell_too_long",
        "One cell is too long",
        f"{place} holds {characters:,} characters; at most {MOST_CELL_CHARACTERS:,} are taken. "
        "A model reads a few thousand at most: cut the text into passages.",
    )
