"""Some rows that a model learned from, for a card whose author lets them leave."""

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from backend.datasets import mapped
from backend.datasets.given_parts import parts_of
from backend.datasets.judgements import answered
from backend.publishing.card import Samples
from backend.recipes.schemas import DatasetUse, Recipe
from backend.storage import Storage

ROWS = 3


def samples(storage: Storage, recipe: Recipe, objects: Sequence[str]) -> Iterator[Samples]:
    """The first rows of each dataset that the training learned from; `objects` are the tables in
    the artifact store, in the order of the recipe. Rows that were kept aside are not among them."""
    for place, (use, name, key) in enumerate(
        zip(recipe.datasets, recipe.dataset_names, objects, strict=True)
    ):
        measures = place == 0 or bool(use.evaluators)
        table = _learned(pq.read_table(storage.file(key)), use, recipe.seed, measures)
        rows = [
            {column: str(value) for column, value in row.items()}
            for row in table.select(use.mapping.inputs).slice(0, ROWS).to_pylist()
        ]
        if rows:
            yield Samples(name=name or f"dataset {place + 1}", rows=rows)


def _learned(table: pa.Table, use: DatasetUse, seed: int, measures: bool) -> pa.Table:
    """As the training divided it."""
    complete = mapped.complete(answered(table, use.mapping), use.mapping).table
    return complete.take(parts_of(use, complete, seed).split.train) if measures else complete
