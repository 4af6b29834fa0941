"""Some rows of a version, to try operations on: the same seed, the same rows."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

_BLOCK_ROWS = 100
"""Rows that stand together often belong together: the answers to one question, say."""

_MOST_BYTES = 16_000_000  # of the longest cells still so many, whatever the rows


def sample_rows(path: Path, rows: int, seed: int) -> tuple[pa.Table, list[int]]:
    """About `rows` rows in their order, and their numbers: all, or blocks from all over the table."""
    with pq.ParquetFile(path) as file:
        total = file.metadata.num_rows
        numbers = _numbers(total, rows, seed)
        taken, kept, size, first = [], [], 0, 0
        for group in range(file.num_row_groups):
            length = file.metadata.row_group(group).num_rows
            here = numbers[(numbers >= first) & (numbers < first + length)]
            if len(here):
                some = file.read_row_group(group).take(pa.array(here - first))
                fitting = max(
                    1, int(len(some) * min(1, (_MOST_BYTES - size) / max(1, some.nbytes)))
                )
                taken.append(some.slice(0, fitting))
                kept += here[:fitting].tolist()
                size += taken[-1].nbytes
            if size >= _MOST_BYTES:
                break
            first += length
        return pa.concat_tables(taken) if taken else file.schema_arrow.empty_table(), kept


def _numbers(total: int, rows: int, seed: int) -> np.ndarray:
    if total <= rows:
        return np.arange(total)
    blocks = max(1, rows // _BLOCK_ROWS)
    block_rows = min(rows, _BLOCK_ROWS)
    starts = np.arange(blocks) * (total // blocks)
    slack = max(1, total // blocks - block_rows)
    starts += np.random.default_rng(seed).integers(0, slack, size=blocks)
    return (starts[:, None] + np.arange(block_rows)).ravel()
