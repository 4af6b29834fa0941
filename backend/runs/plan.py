"""What the plan's page shows of a recipe: each choice with its reason. Pure."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError

from backend.catalog.base_models import BASE_MODELS
from backend.catalog.columns import TableFacts
from backend.catalog.evaluators import EVALUATORS
from backend.catalog.losses import LOSSES
from backend.catalog.rows import BaseModelRow, EvaluatorRow, LossRow
from backend.ids import VersionId
from backend.problems import Problem
from backend.recipes import form
from backend.recipes.columns_fit import complaint
from backend.recipes.schemas import Mapping

FEWEST_SLOTS = 2


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A place for a column of texts; `part` is what the chosen loss calls it."""

    part: str
    chosen: str


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A loss or an evaluator; `term` is what the field calls it, `because` why it can't be used."""

    row: LossRow | EvaluatorRow
    term: str
    because: str | None
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`values` are the fields' by name, `wrong` the names of those that a problem points at."""

    version: VersionId
    data_name: str
    rows: int
    columns: list[str]
    slots: list[Slot]
    values: dict[str, Any]
    wrong: frozenset[str]
    losses: list[Choice]
    evaluators: list[Choice]
    base_models: list[BaseModelRow]
    base: BaseModelRow | None
    problems: Sequence[Problem]
    recipe_json: str
    recipe_yaml: str


def plan(
    version: VersionId,
    data_name: str,
    facts: TableFacts,
    recipe: dict[str, Any],
    problems: Sequence[Problem],
) -> Plan:
    """`recipe` may be wrong in any way that `problems` says; the page still shows it."""
    values = form.values(recipe)
    mapping = _mapping(recipe)
    return Plan(
        version=version,
        data_name=data_name,
        rows=facts.rows,
        columns=facts.names,
        slots=_slots(recipe, len(facts.columns)),
        values=values,
        wrong=_wrong(problems),
        losses=_losses(recipe, mapping, facts),
        evaluators=_evaluators(recipe, mapping, facts),
        base_models=list(BASE_MODELS.values()),
        base=BASE_MODELS.get(str(values["base_model"])),
        problems=problems,
        recipe_json=json.dumps(recipe),
        recipe_yaml=yaml.safe_dump(recipe, sort_keys=False, allow_unicode=True),
    )


def _mapping(recipe: dict[str, Any]) -> Mapping | None:
    try:
        return Mapping.model_validate(recipe["datasets"][0]["mapping"])
    except ValidationError:
        return None


def _slots(recipe: dict[str, Any], columns: int) -> list[Slot]:
    """One for each chosen text, and one more to add another."""
    chosen = [str(name) for name in recipe["datasets"][0]["mapping"].get("inputs", [])]
    loss = LOSSES.get(str(recipe.get("loss", {}).get("name")))
    parts = max((form.inputs for form in loss.accepts), key=len) if loss else ()
    number = min(max(len(chosen) + 1, FEWEST_SLOTS), columns, form.MOST_TEXTS)
    return [
        Slot(
            part=parts[i] if i < len(parts) and parts[i] != "text" else "",
            chosen=chosen[i] if i < len(chosen) else "",
        )
        for i in range(max(number, 1))
    ]


def _losses(recipe: dict[str, Any], mapping: Mapping | None, facts: TableFacts) -> list[Choice]:
    chosen = recipe.get("loss", {}).get("name")
    return _fitting_first(
        Choice(
            row=row,
            term=row.name,
            because=complaint(row, mapping, facts) if mapping else None,
            is_chosen=row.name == chosen,
        )
        for row in LOSSES.values()
    )


def _evaluators(recipe: dict[str, Any], mapping: Mapping | None, facts: TableFacts) -> list[Choice]:
    first: dict[str, Any] = next(iter(recipe.get("evaluators", [])), {})
    return _fitting_first(
        Choice(
            row=row,
            term=row.metric,
            because=complaint(row, mapping, facts) if mapping else None,
            is_chosen=row.name == first.get("name"),
        )
        for row in EVALUATORS.values()
    )


def _fitting_first(choices: Iterable[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda choice: choice.because is not None)


def _wrong(problems: Sequence[Problem]) -> frozenset[str]:
    """The fields that a problem points at, or into."""
    at = [problem.at for problem in problems]
    named = {field.name for field in form.FIELDS if field.pointer in at}
    inputs = {
        f"input_{n}" for n in range(form.MOST_TEXTS) if f"/datasets/0/mapping/inputs/{n}" in at
    }
    return frozenset(named | inputs)
