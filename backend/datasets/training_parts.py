"""From versions' rows to what is trained with: rows to learn from, to choose by, to prove with."""

import hashlib
from collections.abc import Mapping as ByName
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa

from backend.catalog.columns import TableFacts
from backend.catalog.rows import Label
from backend.datasets import mapped
from backend.datasets.dividing import Divided, Indivisible, divide
from backend.datasets.groups import by_columns
from backend.recipes.losses import form_of
from backend.recipes.schemas import LossUse, Mapping, Recipe

RowsFile: TypeAlias = tuple[TableFacts, Path]
"""What is known of a version's table, and the Parquet file of its rows."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Mapped rows of one dataset. `classes` is how many a class label has, or a list of
    probabilities; `width` how many numbers a label that is a list has."""

    rows: pa.Table
    classes: int
    width: int | None


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Mapped rows that a dataset keeps aside, and the documents that its queries are asked of
    beside those in the rows. `groups` has, by part, what the rows can be grouped by, each by a name
    for each row."""

    choose: pa.Table
    prove: pa.Table
    documents: list[str]
    groups: dict[str, dict[str, list[str]]]


@dataclass(frozen=True, kw_only=True)
class Parts:
    """`train` and `measured` by the names of the datasets; the first one proves. `prove_hash` tells
    which rows will have proved. `incomplete` and `shared` rows were left out: something is missing
    in them, or they have a text that is kept aside."""

    train: dict[str, Part]
    measured: dict[str, Measured]
    incomplete: int
    shared: int
    prove_hash: str
    choose_hash: str

    @property
    def first(self) -> str:
        """The name of the dataset that proves."""
        return next(iter(self.train))

    @property
    def choose(self) -> pa.Table:
        return self.measured[self.first].choose

    @property
    def prove(self) -> pa.Table:
        return self.measured[self.first].prove

    @property
    def in_words(self) -> str:
        learned = sum(part.rows.num_rows for part in self.train.values())
        of = f" of {len(self.train)} datasets" if len(self.train) > 1 else ""
        dropped = f"; {self.incomplete:,} incomplete rows were left out" if self.incomplete else ""
        shared = f"; {self.shared:,} rows with a text kept aside, too" if self.shared else ""
        among = len(self.measured[self.first].documents)
        searched = f"; questions are asked of {among:,} documents" if among else ""
        return (
            f"{learned:,} rows{of} to learn from, {self.choose.num_rows:,} to choose by, "
            f"{self.prove.num_rows:,} to prove with; no {'question' if among else 'text'} is in two "
            f"of them{dropped}{shared}{searched}"
        )


def read_parts(recipe: Recipe, tables: Sequence[RowsFile]) -> Parts:
    """Read, complete, divide and map the rows of the recipe's datasets, whose files are `tables`.

    Rows are kept aside of the first dataset, and of every other that has evaluators of its own;
    what any of them measures with, none teaches. Raises Indivisible where the rows can't be
    divided, or nothing is left to learn from.
    """
    divided = _divided(recipe, [file for _, file in tables])
    measured, train = {}, {}
    each = zip(divided.items(), recipe.datasets, tables, strict=True)
    for (name, one), use, (facts, _) in each:
        maps = _Mapper(use.mapping, recipe.loss_of(use), facts, one.complete)
        train[name] = maps.part(one.train)
        _demand_rows(name, train[name])
        if recipe.measures(name):
            choose, prove = maps.rows(one.choose), maps.rows(one.prove)
            groups = {
                part: by_columns(rows, use.mapping)
                for part, rows in (("choose", one.choose), ("prove", one.prove))
            }
            measured[name] = Measured(
                choose=choose, prove=prove, documents=one.documents, groups=groups
            )
    first = measured[next(iter(train))]
    return Parts(
        train=train,
        measured=measured,
        incomplete=sum(one.incomplete for one in divided.values()),
        shared=sum(one.leaked for one in divided.values()),
        prove_hash=_content(first.prove),
        choose_hash=_content(first.choose),
    )


def _divided(recipe: Recipe, files: Sequence[Path]) -> ByName[str, Divided]:
    """The datasets by name; none has rows to learn from with a text that any keeps aside."""
    named = zip(recipe.dataset_names, recipe.datasets, files, strict=True)
    divided = {
        name: divide(use, file, recipe.seed, measures=recipe.measures(name))
        for name, use, file in named
    }
    clean = {}
    for name, one in divided.items():
        others = [other for each, other in divided.items() if each != name]
        aside = {text for other in others for text in other.kept_aside()}
        proving = {text for other in others for text in other.proving()}
        clean[name] = one.less(aside, proving)
    return clean


class _Mapper:
    """Maps the rows of one dataset as its loss takes them, with the classes of the whole."""

    def __init__(
        self, mapping: Mapping, loss: LossUse, facts: TableFacts, complete: pa.Table
    ) -> None:
        self._mapping = mapping
        form = form_of(loss, mapping, facts)
        self._kind = form.label if form else Label.NONE
        label = mapping.label
        column = facts.column(label) if label else None
        self._width = column.list_length if column else None
        is_class = label is not None and self._kind is Label.CLASS
        self._classes = mapped.classes_of(complete, str(label)) if is_class else []

    def rows(self, table: pa.Table) -> pa.Table:
        return mapped.apply_mapping(table, self._mapping, self._kind, self._classes)

    def part(self, table: pa.Table) -> Part:
        return Part(
            rows=self.rows(table),
            classes=len(self._classes) or self._width or 0,
            width=self._width,
        )


def _demand_rows(name: str, part: Part) -> None:
    if not part.rows.num_rows:
        raise Indivisible(
            "nothing_to_learn",
            "Nothing is left to learn from",
            f"Of the complete rows of {name} none could be kept for training. Give more rows, or "
            "keep fewer aside (held_out).",
        )


def _content(rows: pa.Table) -> str:
    """A hash of the rows, whatever their order."""
    digests = sorted(
        hashlib.sha256("\x1f".join(map(str, row.values())).encode()).digest()
        for row in rows.to_pylist()
    )
    return hashlib.sha256(b"".join(digests)).hexdigest()
