"""What the pages of operations show: the catalogue for a version, and one operation tried on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.datasets.operations.by_name import OPERATIONS, parse_all
from backend.datasets.operations.operation import NEEDS_MODEL, Operation
from backend.datasets.tables import DatasetVersion
from backend.preparing.operation_begin import begin
from backend.preparing.operation_form import Setting, is_sent, lacks, parameters_of, settings_of
from backend.preparing.operations_preview import Preview, preview
from backend.preparing.reading import Reading, reading
from backend.preparing.useful import by_use
from backend.problems import Invalid, Problem
from backend.recipes.mapping_query import Pairs
from backend.storage import Storage

ROWS_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An operation; `lacks` are the kinds of column that it needs and this table has not."""

    operation: type[Operation]
    lacks: list[str]


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    read: Reading
    useful: list[Offer]
    others: list[Offer]


@dataclass(frozen=True, kw_only=True)
class Tried:
    """An operation with its settings, and what it makes of some rows: None where it can't be tried.

    `problems` say why; `wrong` are the names of the settings that they point at.
    """

    read: Reading
    operation: type[Operation]
    settings: list[Setting]
    values: dict[str, Any]
    preview: Preview | None
    problems: Sequence[Problem]

    @property
    def step(self) -> dict[str, Any]:
        return {"name": self.operation.name, "parameters": self.values}

    @property
    def wrong(self) -> dict[str, str]:
        """What is said of a setting, by its name."""
        said: dict[str, str] = {}
        for problem in self.problems:
            parts = problem.at.split("/")
            if len(parts) > 4 and parts[3] == "parameters":
                said.setdefault(parts[4], problem.detail)
        return said

    @property
    def before(self) -> list[str]:
        """The columns to look at: those that are used, or else all."""
        used = [each.facts.name for each in self.read.columns if each.use != "none"]
        return used or self.read.facts.names

    @property
    def after(self) -> list[str]:
        """What became of them, and what is new."""
        names = self.preview.columns.names if self.preview else []
        unused = set(self.read.facts.names) - set(self.before)
        return [name for name in names if name not in unused] or names

    @property
    def opens_more(self) -> bool:
        """Whether a setting that need not be set is wrong, or differs from its default; or else one of
        them is missing."""
        return bool(self.elsewhere) or any(
            each.name in self.wrong or self.values.get(each.name) != each.default
            for each in self.settings
            if not each.is_required
        )

    @property
    def elsewhere(self) -> list[Problem]:
        """Problems that belong to no setting of the form. That only a job can do it is none."""
        names = {each.name for each in self.settings}
        placed = self.wrong
        return [
            problem
            for problem in self.problems
            if problem.code != NEEDS_MODEL
            and not (names & set(placed) and problem.detail in placed.values())
        ]


def catalogue(version: DatasetVersion, query: Pairs) -> Catalogue:
    read = reading(version, query)
    useful, others = by_use(read.recognised.format)
    return Catalogue(
        read=read,
        useful=[_offer(each, read) for each in useful],
        others=[_offer(each, read) for each in others],
    )


def tried(name: str, version: DatasetVersion, query: Pairs, storage: Storage | None) -> Tried:
    """One operation as an address or a sent form sets it; tried on some rows where there is a
    `storage` to read them from."""
    query = list(query)
    read = reading(version, query)
    operation = OPERATIONS[name]
    settings = settings_of(operation, read.facts)
    if is_sent(query):
        values = parameters_of(settings, query, read.facts, read.mapping)
    else:
        values = begin(settings, read.facts, read.mapping)
    problems: Sequence[Problem] = ()
    seen = None
    if storage is not None:
        try:
            steps = parse_all([{"name": name, "parameters": values}])
            rows_file = storage.file(version.object_hash)
            seen = preview(rows_file, version.rows, steps, ROWS_SHOWN)
            problems = seen.problems
        except Invalid as refusal:  # before anything was sent, nothing is wrong: it is to be set
            problems = refusal.problems if is_sent(query) else ()
    return Tried(
        read=read,
        operation=operation,
        settings=settings,
        values=values,
        preview=seen,
        problems=problems,
    )


def _offer(operation: type[Operation], read: Reading) -> Offer:
    return Offer(operation=operation, lacks=lacks(settings_of(operation, read.facts)))
