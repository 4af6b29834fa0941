"""A Parquet file from tables of one form, as they come: there whole, or not at all."""

from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from backend.fault_points import fault_point
from worker.engine.files import sync_one


class WholeTable:
    """`place` is there when the block ends well; else nothing is left."""

    def __init__(self, place: Path) -> None:
        self.rows = 0
        self._place = place
        self._part = place.with_name(f"{place.name}.part")
        self._writer: pq.ParquetWriter | None = None

    def write(self, table: pa.Table) -> None:
        """Raises ValueError where the columns are not those of the tables before."""
        plain = table.replace_schema_metadata()
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._part, plain.schema, compression="zstd")
        self._writer.write_table(plain)
        self.rows += table.num_rows

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._writer is not None:
            self._writer.close()
        if kind is None and self.rows:
            sync_one(self._part)
            fault_point("table.written")
            self._part.rename(self._place)
            fault_point("table.renamed")
        self._part.unlink(missing_ok=True)
