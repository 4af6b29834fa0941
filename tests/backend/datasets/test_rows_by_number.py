"""Rows that are asked for by their numbers, from a file of many row groups."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from backend.datasets.rows import numbered

ROWS = 95


@given(st.lists(st.integers(0, ROWS + 5), max_size=20))
def test_rows_come_in_the_order_they_were_asked_for(tmp_path_factory, numbers: list[int]) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "rows.parquet"
    if not path.exists():
        table = pa.table({"text": [f"row {n}" for n in range(ROWS)]})
        pq.write_table(table, path, row_group_size=10)
    found = [(row.number, row.cells["text"]) for row in numbered(path, numbers)]
    assert found == [(n, f"row {n}") for n in numbers if n < ROWS]
