"""A table that operations made, as a version keeps it."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from backend.datasets.columns import field, type_of
from backend.datasets.content_hash import ContentHash
from backend.datasets.facts import FactsCollector
from backend.datasets.reading.limits import CHUNK_ROWS
from backend.datasets.reading.write import Written


def write_rows(table: pa.Table, place: Path) -> Written:
    """Write it to `place` as Parquet, with the same kinds of columns."""
    schema = pa.schema([field(column.name, type_of(column)) for column in table.schema])
    facts, content = FactsCollector(schema), ContentHash(schema)
    with pq.ParquetWriter(place, schema, compression="zstd") as file:
        for batch in table.cast(schema).combine_chunks().to_batches(CHUNK_ROWS):
            file.write_batch(batch)
            facts.see(batch)
            content.see(batch)
    return Written(facts=facts.facts(), content_hash=content.hexdigest())
