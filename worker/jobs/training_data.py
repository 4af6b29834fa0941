"""From a version's rows to three parts that the engine can read."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import Dataset
from datasets.table import InMemoryTable

from backend.catalog.columns import label_kinds
from backend.catalog.losses import LOSSES
from backend.catalog.rows import Label
from backend.datasets import mapped
from backend.datasets.split import Indices, split
from backend.recipes.schemas import Recipe
from worker.engine.losses import by_name
from worker.engine.losses.loss import Loss
from worker.engine.model import SentenceTransformer
from worker.jobs.ending import Refused
from worker.jobs.train_order import TrainOrder


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Mapped rows in three parts. `classes` are those of a class label, in their numbers' order;
    `prove_hash` tells which rows will have proved."""

    train: pa.Table
    choose: pa.Table
    prove: pa.Table
    classes: Sequence[mapped.Class]
    dropped: int
    prove_hash: str

    def train_dataset(self) -> Dataset:
        return Dataset(InMemoryTable(self.train))

    @property
    def in_words(self) -> str:
        dropped = f"; {self.dropped:,} incomplete rows were left out" if self.dropped else ""
        return (
            f"{self.train.num_rows:,} rows to learn from, {self.choose.num_rows:,} to choose by, "
            f"{self.prove.num_rows:,} to prove with; no text is in two of them{dropped}"
        )


def read_parts(order: TrainOrder) -> Parts:
    """Read, complete, divide and map the rows of the recipe's dataset.

    Raises Refused where nothing is left to learn from.
    """
    recipe = order.recipe
    use = recipe.datasets[0]
    rows = mapped.complete(pq.read_table(order.rows_file), use.mapping)
    kind = label_kind(order)
    classes = (
        mapped.classes_of(rows.table, use.mapping.label)
        if use.mapping.label and kind is Label.CLASS
        else []
    )
    parts = split(rows.table, use.mapping, use.held_out, recipe.seed)
    if not len(parts.train):
        raise Refused(
            "nothing_to_learn",
            "Nothing is left to learn from",
            f"Of {len(rows.table)} complete rows none could be kept for training. Give more rows, "
            "or keep fewer aside (held_out).",
        )

    def part(rows_of_part: Indices) -> pa.Table:
        return mapped.apply_mapping(rows.table.take(rows_of_part), use.mapping, kind, classes)

    prove = part(parts.prove)
    return Parts(
        train=part(parts.train),
        choose=part(parts.choose),
        prove=prove,
        classes=classes,
        dropped=rows.dropped,
        prove_hash=_content(prove),
    )


def label_kind(order: TrainOrder) -> Label:
    """As which kind the label serves the loss."""
    mapping = order.recipe.datasets[0].mapping
    kinds = label_kinds(order.facts.column(mapping.label) if mapping.label else None)
    form = LOSSES[order.recipe.loss.name].fitting(len(mapping.inputs), kinds)
    return form.label if form else Label.NONE


def the_loss(recipe: Recipe, model: SentenceTransformer, parts: Parts) -> Loss:
    """The recipe's loss over `model`; what data or model must fill in is filled in."""
    known = {
        "embedding_dimension": model.get_embedding_dimension(),
        "num_labels": len(parts.classes),
    }
    row = LOSSES[recipe.loss.name]
    filled = {name: known[name] for name in row.filled}
    return by_name.make(row.name, model, {**recipe.loss.parameters, **filled})


def _content(rows: pa.Table) -> str:
    """A hash of the rows, whatever their order."""
    digests = sorted(
        hashlib.sha256("\x1f".join(map(str, row.values())).encode()).digest()
        for row in rows.to_pylist()
    )
    return hashlib.sha256(b"".join(digests)).hexdigest()
