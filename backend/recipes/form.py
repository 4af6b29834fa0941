"""The plan's form: which field is which place of a recipe. Pure: a form in, its recipe out.

The whole recipe travels along as JSON, so that what the form doesn't show stays as it was: settings
that came from a file, and what a fix changed. The fields that were sent are laid over it.
"""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jsonpatch
from pydantic import ValidationError

from backend.catalog.base_models import BASE_MODELS
from backend.catalog.evaluators import EVALUATORS
from backend.problems import Invalid, Problem
from backend.recipes import lora_form
from backend.recipes.argument_form import reader, written
from backend.recipes.loss_form import lay, number
from backend.recipes.schemas import DEFAULT_BASE_MODEL, Arguments
from backend.recipes.schemas import Mapping as Columns

MOST_TEXTS = 5
"""So many columns can be chosen as texts in the form; a recipe in YAML may name more."""


def _text(written: str) -> str:
    return written.strip()


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of the form. `optional`: left empty, the place is left out and its default holds."""

    name: str
    place: tuple[str | int, ...]
    read: Callable[[str], Any] = _text
    optional: bool = False

    @property
    def pointer(self) -> str:
        return "".join(f"/{part}" for part in self.place)


_HELD_OUT = ("choose_rows", "prove_rows")
_DATA = ("datasets", 0)

FIELDS = (
    Field(name="name", place=("name",)),
    Field(name="base_model", place=("base_model",)),
    *(
        Field(name=name, place=("arguments", name), read=reader(name), optional=True)
        for name in Arguments.model_fields
    ),
    *(
        Field(name=name, place=(*_DATA, "held_out", name), read=number, optional=True)
        for name in _HELD_OUT
    ),
    Field(name="label", place=(*_DATA, "mapping", "label"), optional=True),
    Field(name="group", place=(*_DATA, "mapping", "group"), optional=True),
)


def recipe_of(form: Mapping[str, str]) -> dict[str, Any]:
    """The recipe that a sent form means; right or wrong is not judged here.

    Raises Invalid where the recipe that travels along can't be read.
    """
    recipe = _carried(form.get("recipe", ""))
    label_before = _get(recipe, (*_DATA, "mapping", "label"))
    for field in FIELDS:
        if field.name in form:
            _lay(recipe, field, form[field.name])
    mapping = _get(recipe, (*_DATA, "mapping"))
    inputs = [form[name] for n in range(MOST_TEXTS) if form.get(name := f"input_{n}")]
    if inputs:
        mapping["inputs"] = inputs + mapping.get("inputs", [])[MOST_TEXTS:]
    if mapping.get("label") != label_before:
        mapping.pop("label_range", None)  # it was the other column's scale
    lora_form.lay(recipe, form)
    _choose(recipe, form)
    return recipe


def patched(recipe: dict[str, Any], fix: str) -> dict[str, Any]:
    """`recipe` after a fix, a JSON Patch as text.

    Raises Invalid where the patch doesn't fit the recipe.
    """
    try:
        changed: dict[str, Any] = jsonpatch.apply_patch(recipe, json.loads(fix))
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, ValueError) as error:
        raise Invalid(
            Problem(
                code="fix_does_not_fit",
                title="This repair doesn't fit the plan any more",
                detail=f"The plan has changed since it was offered ({error}). Look at it again.",
            )
        ) from error
    return changed


def values(recipe: dict[str, Any]) -> dict[str, Any]:
    """What each field shows; empty where the recipe leaves it to the default."""
    shown = {field.name: _get(recipe, field.place) for field in FIELDS}
    return {name: written(value) for name, value in shown.items()}


def _carried(text: str) -> dict[str, Any]:
    try:
        recipe = json.loads(text)
        is_whole = isinstance(recipe["datasets"][0]["mapping"], dict)
    except (ValueError, LookupError, TypeError):
        is_whole = False
    if not is_whole:
        raise Invalid(
            Problem(
                code="form_incomplete",
                title="This form is not whole",
                detail="The plan that belongs to it is missing. Open the data and plan again.",
            )
        )
    found: dict[str, Any] = copy.deepcopy(recipe)
    return found


def _choose(recipe: dict[str, Any], form: Mapping[str, str]) -> None:
    """Loss and measure."""
    loss = recipe.get("loss")
    recipe["loss"] = lay(loss if isinstance(loss, dict) else {}, form, dimensions_of(recipe))
    _measure(recipe, form)


def _measure(recipe: dict[str, Any], form: Mapping[str, str]) -> None:
    """What proves comes first; what stays keeps what the recipe says of it."""
    proof = form.get("evaluator", proving(recipe))
    beside = [name for name in measures(recipe) if name != proving(recipe)]
    if "beside" in form:
        beside = [name for name in form["beside"].split(", ") if name]
    named = [name for name in (proof, *beside) if name]
    before = {use.get("name"): use for use in uses(recipe)}
    if named != measures(recipe):
        recipe["evaluators"] = [before.get(name, {"name": name}) for name in dict.fromkeys(named)]


def mapping_of(recipe: dict[str, Any]) -> Columns | None:
    """The mapping of the first dataset; None where it is none that could be judged."""
    try:
        return Columns.model_validate(recipe["datasets"][0]["mapping"])
    except ValidationError:
        return None


def measures(recipe: dict[str, Any]) -> list[str]:
    """The names of the recipe's evaluators."""
    return [str(use.get("name")) for use in uses(recipe)]


def proving(recipe: dict[str, Any]) -> str | None:
    """The name of the evaluator that gives the verdict; None where none can."""
    able = (name for name in measures(recipe) if name in EVALUATORS)
    return next((name for name in able if EVALUATORS[name].only_beside is None), None)


def uses(recipe: dict[str, Any]) -> list[dict[str, Any]]:
    """The recipe's evaluators, as far as they can be read."""
    found = recipe.get("evaluators")
    return [use for use in found if isinstance(use, dict)] if isinstance(found, list) else []


def dimensions_of(recipe: dict[str, Any]) -> int | None:
    """How many the base model has, where that is known."""
    base = BASE_MODELS.get(str(recipe.get("base_model", DEFAULT_BASE_MODEL)))
    return base.dimensions if base else None


def _lay(recipe: dict[str, Any], field: Field, written: str) -> None:
    *path, last = field.place
    place: Any = recipe
    for part in path:
        place = place.setdefault(part, {}) if isinstance(place, dict) else place[part]
    if field.optional and not written.strip():
        place.pop(last, None)
    else:
        place[last] = field.read(written)


def _get(recipe: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        try:
            recipe = recipe[part]
        except (LookupError, TypeError):
            return None
    return recipe
