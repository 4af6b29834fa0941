"""From versions' rows to what the engine reads: rows to learn from, to choose by, to prove with."""

import hashlib
from collections.abc import Mapping as ByName
from dataclasses import dataclass

import pyarrow as pa
from datasets import Dataset
from datasets.table import InMemoryTable

from backend.catalog.columns import TableFacts
from backend.catalog.rows import Label
from backend.datasets import mapped
from backend.proof.groups import by_value
from backend.recipes.losses import form_of
from backend.recipes.schemas import LossUse, Mapping, Recipe
from worker.jobs.dividing import Divided, divide
from worker.jobs.ending import Refused
from worker.jobs.train_order import TrainOrder


@dataclass(frozen=True, kw_only=True)
class Part:
    """Mapped rows of one dataset. `classes` is how many a class label has, or a list of
    probabilities; `width` how many numbers a label that is a list has."""

    rows: pa.Table
    classes: int
    width: int | None

    def dataset(self) -> Dataset:
        return Dataset(InMemoryTable(self.rows))


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


def read_parts(order: TrainOrder) -> Parts:
    """Read, complete, divide and map the rows of the recipe's datasets.

    Rows are kept aside of the first dataset, and of every other that has evaluators of its own;
    what any of them measures with, none teaches. Raises Refused where nothing is left to learn from.
    """
    recipe = order.recipe
    divided = _divided(order)
    measured, train = {}, {}
    for (name, one), use, table in zip(divided.items(), recipe.datasets, order.tables, strict=True):
        maps = _Mapper(use.mapping, recipe.loss_of(use), table.facts, one.complete)
        train[name] = maps.part(one.train)
        _demand_rows(name, train[name])
        if measures(recipe, name):
            choose, prove = maps.rows(one.choose), maps.rows(one.prove)
            groups = {
                part: _groups(rows, use.mapping)
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


def measures(recipe: Recipe, name: str) -> bool:
    """Whether rows of the dataset of that name are kept aside."""
    place = recipe.dataset_names.index(name)
    return place == 0 or bool(recipe.datasets[place].evaluators)


def _divided(order: TrainOrder) -> ByName[str, Divided]:
    """The datasets by name; none has rows to learn from with a text that any keeps aside."""
    recipe = order.recipe
    named = zip(recipe.dataset_names, recipe.datasets, order.tables, strict=True)
    divided = {
        name: divide(use, table, recipe.seed, measures=measures(recipe, name))
        for name, use, table in named
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


def _groups(rows: pa.Table, mapping: Mapping) -> dict[str, list[str]]:
    """What the columns that nobody learns from divide the rows by, where they have few values."""
    used = {*mapping.inputs, mapping.label}
    told = {
        name: by_value(rows[name].to_pylist())
        for name in rows.column_names
        if name not in used and not pa.types.is_nested(rows[name].type)
    }
    return {name: names for name, names in told.items() if names}


def _demand_rows(name: str, part: Part) -> None:
    if not part.rows.num_rows:
        raise Refused(
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
