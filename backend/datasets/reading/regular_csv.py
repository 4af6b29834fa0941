"""Delimited text whose quotation marks are beyond doubt, read by Arrow many times faster.

Arrow's reader forgives what Python's refuses (`"a"b`), and names no lines. So it gets only what both
must read alike, and wherever there is any doubt the answer here is None: Python's reader then says
what is there, or what is wrong and where.
"""

import codecs
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from backend.datasets.reading.csv_dialect import Dialect
from backend.datasets.reading.limits import MOST_CELL_CHARACTERS

_QUOTE = ord('"')


@dataclass(frozen=True)
class Regular:
    """The first `size` bytes of a block are whole records. `cells` are theirs, all as texts."""

    size: int
    cells: pa.RecordBatch


def read_regular(block: bytes, names: list[str], dialect: Dialect, is_last: bool) -> Regular | None:
    """The records with which a block begins, without the last if its end isn't in sight.

    None if there is doubt: of its quotation marks and line ends, of how many cells each record
    has, of whether a cell is too long; and if there are no records.
    """
    size = _whole_records(block, dialect, is_last)
    cells = _parsed(pa.py_buffer(block).slice(0, size), names, dialect) if size else None
    return Regular(size, cells) if cells is not None else None


def _whole_records(block: bytes, dialect: Dialect, is_last: bool) -> int:
    """How many bytes they are; 0 if it isn't sure where records end."""
    if block.startswith(codecs.BOM_UTF8):  # Arrow would skip it
        return 0
    quotes_Q = _quotes(block, dialect)
    end = 0 if quotes_Q is None else _end_of_records(block, quotes_Q, is_last)
    return 0 if _has_lone_returns(block, end) else end


def _has_lone_returns(block: bytes, end: int) -> bool:
    if block.find(b"\r", 0, end) < 0:
        return False
    bytes_B = np.frombuffer(block, dtype=np.uint8, count=end)
    after = np.flatnonzero(bytes_B == ord("\r")) + 1
    return bool(after[-1] == end or (bytes_B[after] != ord("\n")).any())


def _quotes(block: bytes, dialect: Dialect) -> npt.NDArray[np.intp] | None:
    """Where those stand that open or close a cell or are doubled in one; None if there are others.

    Read from a record's start, every other mark opens. If each of those follows a cell's end, and
    each of the others is followed by one, then marks within texts can only be doubled: the first of
    two closes, the second opens again.
    """
    if dialect.quoting == "literal":
        return np.empty(0, dtype=np.intp)
    if dialect.quoting != "doubled":
        return None
    bytes_B = np.frombuffer(block, dtype=np.uint8)
    quotes_Q = np.flatnonzero(bytes_B == _QUOTE)
    before = quotes_Q[0::2] - 1
    after = quotes_Q[1::2] + 1
    beside = np.concatenate([before[before >= 0], after[after < len(block)]])
    is_allowed = np.zeros(256, dtype=np.bool_)
    is_allowed[[_QUOTE, ord(dialect.delimiter), ord("\r"), ord("\n")]] = True
    return quotes_Q if is_allowed[bytes_B[beside]].all() else None


def _parsed(text: pa.Buffer, names: list[str], dialect: Dialect) -> pa.RecordBatch | None:
    """None if a row is ragged, a cell is perhaps too long, or there are no rows."""
    has_quotes = dialect.quoting != "literal"
    try:
        table = csv.read_csv(
            pa.BufferReader(text),
            csv.ReadOptions(use_threads=False, block_size=text.size + 1, column_names=names),
            csv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char='"' if has_quotes else False,
                newlines_in_values=has_quotes,
            ),
            csv.ConvertOptions(check_utf8=False, column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows == 0 or any(map(_is_long, table.columns)):
        return None
    return table.combine_chunks().to_batches()[0]


def _end_of_records(block: bytes, quotes_Q: npt.NDArray[np.intp], is_last: bool) -> int:
    """Behind the last line end that is outside of quotes; 0 if there is none."""
    if is_last:
        return len(block) if len(quotes_Q) % 2 == 0 else 0
    end = len(block)
    while (end := block.rfind(b"\n", 0, end)) >= 0:
        if np.searchsorted(quotes_Q, end) % 2 == 0:
            return end + 1
    return 0


def _is_long(column: pa.ChunkedArray) -> bool:
    """Bytes are at least as many as characters."""
    return bool(pc.max(pc.binary_length(column)).as_py() > MOST_CELL_CHARACTERS)
