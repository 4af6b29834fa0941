"""What the plan's page shows of a recipe: each choice with its reason. Pure."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import yaml

from backend.catalog.base_models import BASE_MODELS
from backend.catalog.columns import TableFacts
from backend.catalog.evaluators import EVALUATORS
from backend.catalog.losses import FAMILIES, LOSSES
from backend.catalog.presets import PRESETS
from backend.catalog.rows import BaseModelRow, EvaluatorRow, LossRow, PresetRow
from backend.catalog.track_record import Record, tried_with
from backend.ids import VersionId
from backend.problems import Pointer, Problem, remove
from backend.recipes import form, lora_form
from backend.recipes.argument_form import settings
from backend.recipes.estimate.estimate import Estimate
from backend.recipes.evaluators import cannot_measure
from backend.recipes.fits import Fit, Fitness, fits
from backend.recipes.goals import GoalFit, goal_of, goals
from backend.recipes.loss_form import Level, Setting, levels
from backend.recipes.losses import fitting
from backend.recipes.merge_patch import is_as
from backend.recipes.schemas import Mapping
from backend.runs.more_data import More

FEWEST_SLOTS = 2


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A place for a column of texts; `part` is what the chosen loss calls it."""

    part: str
    chosen: str


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A loss or an evaluator; `term` is what the field calls it, `because` why it can't be used.
    `is_beside`: an evaluator that is asked beside the one that proves."""

    row: LossRow | EvaluatorRow
    term: str
    because: str | None
    is_chosen: bool
    is_beside: bool = False


@dataclass(frozen=True, kw_only=True)
class Family:
    """Losses that can use these columns, under the heading that a person looks for."""

    title: str
    choices: list[Choice]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A loss with its settings; `wraps` is the loss that it wraps, "" where none is named yet, and
    `might_wrap` those that it could."""

    level: Level
    wraps: str
    might_wrap: list[str]


@dataclass(frozen=True, kw_only=True)
class Losses:
    """The one that is chosen and the one that would be recommended come `first`; then what else
    fits, by family; then what doesn't. `levels` are the settings of the chosen one, and of those
    that it wraps."""

    first: list[Choice]
    families: list[Family]
    unfit: list[Choice]
    levels: list[Shown]

    @property
    def fitting(self) -> int:
        return sum(len(family.choices) for family in self.families)


@dataclass(frozen=True, kw_only=True)
class Also:
    """Another dataset of the recipe, which the form adds and removes; `patch` is what removes it."""

    name: str
    patch: str
    version: str
    loss: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`values` are the fields' by name, `wrong` the names of those that a problem points at. `goal` and
    `preset` are None where the recipe is of none of them, `estimate` where it isn't sound."""

    version: VersionId
    data_name: str
    rows: int
    columns: list[str]
    slots: list[Slot]
    values: dict[str, Any]
    wrong: frozenset[str]
    losses: Losses
    also: list[Also]
    more: list[More]
    evaluators: list[Choice]
    beside: list[Choice]
    base_models: list[BaseModelRow]
    base: BaseModelRow | None
    goals: list[GoalFit]
    goal: str | None
    presets: list[PresetRow]
    preset: str | None
    tried: list[Record]
    settings: list[Setting]
    estimate: Estimate | None
    problems: Sequence[Problem]
    advice: Sequence[Problem]
    recipe_json: str
    recipe_yaml: str


def plan(
    version: VersionId,
    data_name: str,
    facts: TableFacts,
    recipe: dict[str, Any],
    problems: Sequence[Problem],
    advice: Sequence[Problem],
    more: list[More],
    estimate: Estimate | None = None,
) -> Plan:
    """`recipe` may be wrong in any way that `problems` says; the page still shows it. `advice` is what
    would not stop it."""
    values = form.values(recipe)
    mapping = form.mapping_of(recipe)
    measures = list(_measures(recipe, mapping, facts))
    return Plan(
        version=version,
        data_name=data_name,
        rows=facts.rows,
        columns=facts.names,
        slots=_slots(recipe, len(facts.columns)),
        values=values,
        wrong=_wrong(problems),
        losses=_losses(recipe, mapping, facts),
        also=_also(recipe),
        more=more,
        evaluators=_fitting_first(each for each in measures if not each.is_beside),
        beside=[each for each in measures if each.is_beside],
        base_models=list(BASE_MODELS.values()),
        base=BASE_MODELS.get(str(values["base_model"])),
        goals=goals(mapping, facts) if mapping else [],
        goal=goal_of(recipe),
        presets=list(PRESETS.values()),
        preset=next((p.name for p in PRESETS.values() if is_as(recipe, p.patch)), None),
        tried=tried_with(_trained(recipe), goal_of(recipe)),
        settings=[*lora_form.settings(recipe.get("lora")), *settings(values)],
        estimate=estimate,
        problems=problems,
        advice=advice,
        recipe_json=json.dumps(recipe),
        recipe_yaml=yaml.safe_dump(recipe, sort_keys=False, allow_unicode=True),
    )


def _slots(recipe: dict[str, Any], columns: int) -> list[Slot]:
    """One for each chosen text, and one more to add another."""
    chosen = [str(name) for name in recipe["datasets"][0]["mapping"].get("inputs", [])]
    chain = levels(recipe.get("loss"))
    parts = (
        max((form.inputs for form in chain[-1].row.accepts), key=len, default=()) if chain else ()
    )
    number = min(max(len(chosen) + 1, FEWEST_SLOTS), columns, form.MOST_TEXTS)
    return [
        Slot(
            part=parts[i] if i < len(parts) and parts[i] != "text" else "",
            chosen=chosen[i] if i < len(chosen) else "",
        )
        for i in range(max(number, 1))
    ]


def _losses(recipe: dict[str, Any], mapping: Mapping | None, facts: TableFacts) -> Losses:
    """Without a mapping that can be judged, all count as fitting: the problems say what is wrong."""
    chosen = recipe.get("loss", {}).get("name")
    answers = fits(mapping, facts) if mapping else [_unjudged(row) for row in LOSSES.values()]
    choices = {
        fit.loss.name: Choice(
            row=fit.loss,
            term=fit.loss.name,
            because=fit.because,
            is_chosen=fit.loss.name == chosen,
        )
        for fit in answers
    }
    able = [choice for choice in choices.values() if choice.because is None]
    best = next((answer.loss.name for answer in answers[:1] if answer.loss.is_whole), None)
    first = [choice for choice in able if choice.is_chosen or choice.row.name == best]
    shown = {choice.row.name for choice in first}
    families = [
        Family(title=title, choices=[choices[r.name] for r in rows if choices[r.name] in able])
        for title, rows in _without(shown).items()
    ]
    return Losses(
        first=first,
        families=[family for family in families if family.choices],
        unfit=[choice for choice in choices.values() if choice.because is not None],
        levels=_shown(levels(recipe.get("loss")), mapping, facts),
    )


def _without(shown: set[str]) -> dict[str, list[LossRow]]:
    """The families, those that are not for everybody last in each."""
    return {
        title: sorted((r for r in rows if r.name not in shown), key=lambda r: not r.is_proposed)
        for title, rows in FAMILIES.items()
    }


def _unjudged(row: LossRow) -> Fit:
    return Fit(loss=row, fitness=Fitness.FITS, because=None)


def _shown(chain: list[Level], mapping: Mapping | None, facts: TableFacts) -> list[Shown]:
    """A level's wrapper might wrap what fits (without a mapping: whatever needs nothing more), or a
    wrapper that does something else than those around it."""
    fit = fitting([(mapping, facts)]) if mapping else [r for r in LOSSES.values() if r.is_whole]
    wrapped = [level.row.name for level in chain[1:]] + [""]
    done: set[str] = set()
    shown = []
    for level, inner in zip(chain, wrapped, strict=True):
        done |= {setting.name for setting in level.settings}
        others = [
            r for r in LOSSES.values() if r.wraps and not done & {p.name for p in r.parameters}
        ]
        names = [row.name for row in fit + others]
        names = names if inner in ("", *names) else [inner, *names]
        shown.append(Shown(level=level, wraps=inner, might_wrap=names))
    return shown


def _also(recipe: dict[str, Any]) -> list[Also]:
    """The datasets after the first."""
    shared = str(recipe.get("loss", {}).get("name"))
    return [
        Also(
            name=str(use.get("name") or f"data-{n}"),
            patch=json.dumps([remove(Pointer("/datasets") / (n - 1))]),
            version=str(use.get("version", "")),
            loss=str((use.get("loss") or {}).get("name", shared)),
        )
        for n, use in enumerate(recipe["datasets"][1:], start=2)
        if isinstance(use, dict)
    ]


def _measures(
    recipe: dict[str, Any], mapping: Mapping | None, facts: TableFacts
) -> Iterator[Choice]:
    """What can prove; and what can be measured beside that: whatever fits, and what is chosen."""
    known, loss = form.dimensions_of(recipe), _trained(recipe)
    proving = form.proving(recipe)
    for row in EVALUATORS.values():
        because = cannot_measure(row, mapping, facts, known, loss) if mapping else None
        is_first, is_named = row.name == proving, row.name in form.measures(recipe)
        choice = Choice(row=row, term=row.metric, because=because, is_chosen=is_first)
        if row.only_beside is None:
            yield choice
        if not is_first and (is_named or because is None):
            yield replace(choice, is_chosen=is_named, is_beside=True)


def _trained(recipe: dict[str, Any]) -> str | None:
    """The loss of the first dataset, within all wrappers."""
    chain = levels(recipe["datasets"][0].get("loss") or recipe.get("loss"))
    return chain[-1].row.name if chain else None


def _fitting_first(choices: Iterable[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda choice: choice.because is not None)


def _wrong(problems: Sequence[Problem]) -> frozenset[str]:
    """The fields that a problem points at, or into."""
    at = [problem.at for problem in problems]
    named = {field.name for field in form.FIELDS if field.pointer in at}
    inputs = {
        f"input_{n}" for n in range(form.MOST_TEXTS) if f"/datasets/0/mapping/inputs/{n}" in at
    }
    settings = {_field_of(pointer) for pointer in at if pointer.startswith(("/loss/", "/lora/"))}
    return frozenset(named | inputs | settings)


def _field_of(pointer: str) -> str:
    """The field of a place in the loss: `/loss/inner/parameters/scale` is `loss.inner.scale`; in the
    adapter `/lora/rank` is `lora.rank`."""
    parts = pointer.strip("/").split("/")
    return ".".join(part for part in parts if part not in ("parameters", "name"))
