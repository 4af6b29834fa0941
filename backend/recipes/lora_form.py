"""The fields of the adapter in the plan's form, as the recipe's schema has them. Pure.

A field is called by its place: `lora.rank`. Without a rank all weights are trained.
"""

from collections.abc import Mapping
from typing import Any

from backend.recipes.argument_form import written
from backend.recipes.loss_form import Control, Setting, number
from backend.recipes.schemas import Lora

PREFIX = "lora."

NO_RANK = (
    "Empty: all weights are trained. A number, such as 16: a small adapter (LoRA) is trained in "
    "their place, which needs less memory and forgets less."
)
"""The rank's field says whether there is an adapter at all."""


def settings(lora: object) -> list[Setting]:
    """A field for each setting of a recipe's `lora`, right or wrong."""
    given = lora if isinstance(lora, dict) else None
    return [_setting(name, given) for name in Lora.model_fields]


def lay(recipe: dict[str, Any], form: Mapping[str, str]) -> None:
    """Put what the form says of the adapter into `recipe`."""
    if f"{PREFIX}rank" not in form:
        return
    given = recipe.get("lora")
    values = dict(given) if isinstance(given, dict) else {}
    for name in Lora.model_fields:
        sent = form.get(f"{PREFIX}{name}", str(values.get(name) or "")).strip()
        if not sent or number(sent) == Lora.model_fields[name].default:
            values.pop(name, None)
        else:
            values[name] = number(sent)
    if form[f"{PREFIX}rank"].strip():
        recipe["lora"] = {"rank": number(form[f"{PREFIX}rank"])} | values
    else:
        recipe.pop("lora", None)


def _setting(name: str, given: dict[str, Any] | None) -> Setting:
    field = Lora.model_fields[name]
    default = None if name == "rank" and given is None else field.default
    value = str(written((given or {}).get(name, default)))
    return Setting(
        field=f"{PREFIX}{name}",
        name=f"{PREFIX}{name}",
        help=NO_RANK if name == "rank" else field.description or "",
        control=Control.NUMBER,
        value=value,
        is_changed=given is not None,
    )
