"""A slice of a split, such as `train[10%:20%]`, as batches of a stream.

The words and the rounding are those of `datasets.ReadInstruction`. Rows are counted, by reading
them once, only where a percentage or a bound from the end needs it and nobody knows how many.
"""

import sys
from collections.abc import Callable, Iterator

import pyarrow as pa
from datasets import IterableDataset, ReadInstruction

from worker.jobs.hub_source import Source

BATCH_ROWS = 1_000

Shorten = Callable[[IterableDataset], IterableDataset]


def batches_of(source: Source, text: str, shorten: Shorten) -> Iterator[pa.Table]:
    """The rows of all slices in `text`. `shorten` leaves columns out before they are read.

    Raises NoSuchPart if the dataset has no such split.
    """
    names = [piece.split("[")[0] for piece in text.split("+")]
    lengths = {
        name: _length(source, name, shorten) if "%" in text or "-" in text else sys.maxsize
        for name in names
        if source.split(name)
    }
    for piece in ReadInstruction.from_spec(text).to_absolute(lengths):
        yield from _between(_tables(shorten(source.split(piece.splitname))), piece.from_, piece.to)


def _length(source: Source, name: str, shorten: Shorten) -> int:
    known = source.rows.get(name)
    return known or sum(table.num_rows for table in _tables(shorten(source.split(name))))


def _tables(rows: IterableDataset) -> Iterator[pa.Table]:
    yield from rows.with_format("arrow").iter(batch_size=BATCH_ROWS)


def _between(tables: Iterator[pa.Table], first: int, end: int) -> Iterator[pa.Table]:
    at = 0
    for table in tables:
        cut = table.slice(max(0, first - at), max(0, end - max(at, first)))
        if cut.num_rows:
            yield cut
        at += table.num_rows
        if at >= end:
            return
