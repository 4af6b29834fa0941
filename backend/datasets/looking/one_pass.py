"""One pass over a version's rows, row group by row group: all that is exact, and the sample."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from backend.catalog.columns import TableFacts
from backend.datasets.looking.columns import ColumnCollector
from backend.datasets.looking.drawing import SampleCollector
from backend.datasets.looking.row_hashes import HashCollector, RowHashes
from backend.datasets.profile import ProfileSettings
from backend.recipes.parts import part_column
from backend.recipes.schemas import Mapping

_BATCH_ROWS = 10_000


@dataclass(frozen=True, kw_only=True)
class Seen:
    """`sample` has the mapped columns of the rows `numbers`; `part` is the column that divides the
    rows into parts."""

    facts: TableFacts
    settings: ProfileSettings
    mapping: Mapping | None
    part: str | None
    columns: list[ColumnCollector]
    hashes: RowHashes | None
    sample: pa.Table
    numbers: npt.NDArray[np.int64]

    @property
    def is_sample(self) -> bool:
        return len(self.numbers) < self.facts.rows


def one_pass(
    path: Path,
    facts: TableFacts,
    mapping: Mapping | None,
    settings: ProfileSettings,
    told: Callable[[float], None],
) -> Seen:
    """Look at all rows of the Parquet at `path`; `told` hears the share that is done."""
    part = part_column(facts)
    with pq.ParquetFile(path) as file:
        columns = [ColumnCollector(column) for column in facts.columns]
        wanted = [name for name in facts.names if _is_mapped(name, mapping, part)]
        drawn = SampleCollector(facts.rows, settings.sample_rows, settings.seed)
        hashes = HashCollector(mapping, part, facts.rows) if mapping else None
        row = 0
        groups = map(file.read_row_group, range(file.num_row_groups))  # all at once: a gigabyte
        for batch in (each for group in groups for each in group.to_batches(_BATCH_ROWS)):
            for column in columns:
                column.see(batch.column(column.facts.name), row)
            drawn.see(batch.select(wanted))
            if hashes:
                hashes.see(batch)
            row += batch.num_rows
            told(row / max(facts.rows, 1))
        pa.default_memory_pool().release_unused()
        schema = pa.schema([file.schema_arrow.field(name) for name in wanted])
    return Seen(
        facts=facts,
        settings=settings,
        mapping=mapping,
        part=part,
        columns=columns,
        hashes=hashes.hashes() if hashes else None,
        sample=drawn.table(schema),
        numbers=drawn.numbers,
    )


def _is_mapped(name: str, mapping: Mapping | None, part: str | None) -> bool:
    others = (mapping.label, mapping.group, mapping.grade) if mapping else ()
    return name == part or name in others or (mapping is not None and name in mapping.inputs)
