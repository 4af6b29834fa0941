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

from backend.problems import Invalid, Problem

MOST_TEXTS = 5
"""So many columns can be chosen as texts in the form; a recipe in YAML may name more."""


def _text(written: str) -> str:
    return written.strip()


def _number(written: str) -> int | float | str:
    """A number where it is one; else what was written, so that the complaint can quote it."""
    for kind in (int, float):
        try:
            return kind(written.strip().replace(",", "."))
        except ValueError:
            continue
    return written


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


_ARGUMENTS = ("num_train_epochs", "per_device_train_batch_size", "learning_rate", "max_seq_length")
_HELD_OUT = ("choose_rows", "prove_rows")
_DATA = ("datasets", 0)

FIELDS = (
    Field(name="name", place=("name",)),
    Field(name="base_model", place=("base_model",)),
    *(
        Field(name=name, place=("arguments", name), read=_number, optional=True)
        for name in _ARGUMENTS
    ),
    *(
        Field(name=name, place=(*_DATA, "held_out", name), read=_number, optional=True)
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
    return {name: _written(value) for name, value in shown.items()}


def _written(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return "" if value is None else value


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
    """Loss and measure. Another loss starts from its own defaults."""
    loss = form.get("loss")
    if loss and loss != _get(recipe, ("loss", "name")):
        recipe["loss"] = {"name": loss}
    measure = form.get("evaluator")
    if measure is not None and measure != _get(recipe, ("evaluators", 0, "name")):
        recipe["evaluators"] = [{"name": measure}] if measure else []


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
