"""On which places recipes differ. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel

from backend.proof.comparing.schemas import SettingOut
from backend.recipes.schemas import Recipe

NAMES = ("schema", "name", "output.name")
"""What says nothing of the training itself."""


def differences(recipes: Sequence[Mapping[str, Any]]) -> list[SettingOut]:
    """The places where not all recipes have the same, in the recipes' order."""
    flat = [dict(_leaves(recipe)) for recipe in recipes]
    paths = dict.fromkeys(path for places in flat for path in places)
    found = []
    for path in paths:
        values = [places.get(path) for places in flat]
        if path not in NAMES and any(value != values[0] for value in values):
            found.append(SettingOut(path=path, about=about(path), values=values))
    return found


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each place that holds no others, by its dotted path; a list of plain values is one place."""
    if isinstance(value, Mapping):
        children = [(str(name), child) for name, child in value.items()]
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        children = [(str(place), child) for place, child in enumerate(value)]
    else:
        yield path, value
        return
    for name, child in children:
        yield from _leaves(child, f"{path}.{name}" if path else name)


def about(path: str) -> str | None:
    """What the schema of a recipe says of a place."""
    kind: Any = Recipe
    said = None
    for name in path.split("."):
        kind = _model(kind)
        field = kind.model_fields.get(name) if kind is not None else None
        if field is not None:
            kind, said = field.annotation, field.description
        elif not name.isdigit():
            return None  # a parameter of a loss, a column's prompt
    return said


def _model(annotation: Any) -> type[BaseModel] | None:
    """The schema in an annotation: of a list its members', of a choice the one that has fields."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model(each))), None)
