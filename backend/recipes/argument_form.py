"""The fields of a training's arguments in the plan's form, as the recipe's schema has them. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args, get_origin

from backend.catalog.samplers import SAMPLERS
from backend.recipes.loss_form import Control, Setting, number
from backend.recipes.schemas import Arguments

FIRST = ("num_train_epochs", "per_device_train_batch_size", "learning_rate", "max_seq_length")
"""What the form asks in words of its own; the others are for experts."""


def settings(values: Mapping[str, Any]) -> list[Setting]:
    """A field for each of the others. `values` are those that the form shows, by name."""
    return [_setting(name, values[name]) for name in Arguments.model_fields if name not in FIRST]


def reader(name: str) -> Callable[[str], Any]:
    """How what was written in the field of that name is read; what can't be is left as it is, so
    that the complaint can quote it."""
    if Arguments.model_fields[name].annotation is bool:
        return lambda written: {"yes": True, "no": False}.get(written.strip(), written)
    return number if _options_of(name) == () else str.strip


def _setting(name: str, value: Any) -> Setting:
    field = Arguments.model_fields[name]
    options = _options_of(name)
    return Setting(
        field=name,
        name=name,
        help=field.description or "",
        control=Control.CHOICE if options else Control.NUMBER,
        value=str(value),
        options=tuple((option, option == str(value)) for option in options),
        is_changed=value not in ("", written(field.default)),
    )


def _options_of(name: str) -> tuple[str, ...]:
    """What may be chosen; empty where any number may."""
    if name == "batch_sampler":
        return ("", *SAMPLERS)
    annotation = Arguments.model_fields[name].annotation
    if annotation is bool:
        return ("no", "yes")
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def written(value: Any) -> Any:
    """As a field shows it; empty where the recipe leaves it to the default."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return "" if value is None else value
