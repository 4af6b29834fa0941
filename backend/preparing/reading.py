"""How a version is read: with which columns as what, and what can be trained with it then. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import jsonpatch

from backend.catalog.columns import ColumnType, TableFacts
from backend.catalog.rows import LossRow
from backend.datasets import facts as table_facts
from backend.datasets.rows import Row
from backend.datasets.tables import DatasetVersion
from backend.preparing.mapping_form import Arranged, Chosen, arranged, chosen_in
from backend.problems import Fix, Pointer, Problem
from backend.recipes.dataset_problems import mapping_problems
from backend.recipes.fits import Fit, fits
from backend.recipes.formats import Recognised, recognise
from backend.recipes.mapping import propose
from backend.recipes.mapping_query import Pairs, names_columns, to_query
from backend.recipes.schemas import Mapping


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A change of the mapping, in words, and the address that has it."""

    label: str
    query: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Whether a loss can use these columns; if not, why, and what would change it."""

    loss: LossRow
    fitness: str
    because: str | None
    changes: tuple[Offered, ...]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """`is_chosen`: the address names columns; if not, they are as the studio proposes."""

    PREVIEWED: ClassVar[int] = 3

    facts: TableFacts
    chosen: Chosen
    is_chosen: bool

    @property
    def mapping(self) -> Mapping | None:
        return self.chosen.mapping

    @cached_property
    def recognised(self) -> Recognised:
        return recognise(self.facts, self.mapping)

    @cached_property
    def columns(self) -> list[Arranged]:
        return arranged(self.facts, self.chosen)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the address said of columns, for the next address on this page."""
        return parse_qsl(self.chosen.query, keep_blank_values=True) if self.is_chosen else []

    @property
    def is_ready(self) -> bool:
        """Whether something can be learned from the columns as they are chosen."""
        return self.mapping is not None and not self.problems and self.recognised.ready_rows > 0

    @property
    def step(self) -> dict[str, Any] | None:
        """The operation that keeps these columns alone, in this order, with their new names."""
        used = [each for each in self.columns if each.use != "none" or each.is_group]
        is_changed = any(each.name for each in used) or len(used) < len(self.columns)
        if not used or not (self.is_chosen or self.chosen.names) or not is_changed:
            return None
        columns = [
            {"name": each.facts.name, **({"rename": each.name} if each.name else {})}
            for each in used
        ]
        return {"name": "choose_columns", "parameters": {"columns": columns}}

    @property
    def label_is_number(self) -> bool:
        """Whether there is a scale to speak of."""
        label = (
            self.facts.column(self.mapping.label) if self.mapping and self.mapping.label else None
        )
        return label is not None and label.type in (ColumnType.INTEGER, ColumnType.NUMBER)

    @property
    def ends(self) -> tuple[str, str]:
        """Of the label's scale, as a field shows them."""
        bounds = self.mapping.label_range if self.mapping else None
        return (f"{bounds[0]:g}", f"{bounds[1]:g}") if bounds else ("", "")

    @cached_property
    def problems(self) -> list[Problem]:
        """Why these columns can't be used so."""
        if self.mapping is None:
            return [_no_text(self.facts)] if self.is_chosen else []
        return list(mapping_problems(self.mapping, self.facts, Pointer("/mapping")))

    @cached_property
    def answers(self) -> list[Answer]:
        """One a loss, those that fit first; none where the columns can't be used at all."""
        if self.mapping is None or self.problems:
            return []
        return [self._answer(fit, self.mapping) for fit in fits(self.mapping, self.facts)]

    def cells(self, rows: Iterable[Row]) -> list[list[Any]]:
        """The rows as the training reads them: the mapped columns, in order, scores to scale."""
        used = [each for each in self.columns if each.use != "none"]
        return [[self._value(each, row.cells[each.facts.name]) for each in used] for row in rows]

    def _value(self, column: Arranged, value: Any) -> Any:
        bounds = self.mapping.label_range if self.mapping and column.use == "label" else None
        if bounds is None or not isinstance(value, int | float):
            return value
        return (value - bounds[0]) / (bounds[1] - bounds[0])

    def _answer(self, fit: Fit, mapping: Mapping) -> Answer:
        return Answer(
            loss=fit.loss,
            fitness=fit.fitness,
            because=fit.because,
            changes=tuple(_offered(fix, mapping) for fix in fit.fixes),
        )


def reading(version: DatasetVersion, query: Pairs) -> Reading:
    """How an address asks to read this version."""
    query = list(query)
    facts = table_facts.from_json(version.facts)
    return Reading(
        facts=facts,
        chosen=chosen_in(query, propose(facts)),
        is_chosen=names_columns(query),
    )


def _offered(fix: Fix, mapping: Mapping) -> Offered:
    changed = jsonpatch.apply_patch(mapping.model_dump(mode="json"), list(fix.patch))
    return Offered(label=fix.label, query=to_query(Mapping.model_validate(changed)))


def _no_text(facts: TableFacts) -> Problem:
    return Problem(
        code="no_text_chosen",
        title="No column is used as a text yet",
        detail="A model learns from texts: choose at least one column as a text.",
        at=Pointer("/mapping/inputs"),
    )
