"""The rows of a training in files, as the run's script reads them."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from backend.datasets.training_parts import Parts
from backend.recipes.as_script.files import CHOOSE, DOCUMENTS, PROVE, TRAIN, name_of
from backend.recipes.schemas import Recipe


def write(parts: Parts, recipe: Recipe, folder: Path) -> list[Path]:
    """A Parquet file for each part of each dataset: its texts in their order, then `label`."""
    tables = {name_of(recipe, name, TRAIN): part.rows for name, part in parts.train.items()}
    for name, kept in parts.measured.items():
        tables[name_of(recipe, name, CHOOSE)] = kept.choose
        tables[name_of(recipe, name, PROVE)] = kept.prove
        documents = pa.array(kept.documents, pa.string())
        tables[name_of(recipe, name, DOCUMENTS)] = pa.table({"text": documents})
    paths = []
    for name, table in tables.items():
        paths.append(folder / f"{name}.parquet")
        pq.write_table(table, paths[-1], compression="zstd")
    return paths
