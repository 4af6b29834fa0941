"""The page of a training's arguments."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from backend.recipes.schemas import Arguments
from tools.reference.markdown import code, codes, page, table, text

_BOUNDS = {Gt: ("above", "gt"), Ge: ("at least", "ge"), Lt: ("below", "lt"), Le: ("at most", "le")}


def arguments() -> str:
    return page(
        "Training arguments",
        "The field `arguments` of a [recipe](../recipe.md#arguments). Names and meanings are those of "
        "`transformers.TrainingArguments`.",
        table(("argument", "default", "may be", "meaning"), _rows()),
    )


def _rows() -> Iterator[tuple[str, str, str, str]]:
    for name, field in Arguments.model_fields.items():
        yield code(name), default(field), _values(field), text(field.description or "")


def default(field: FieldInfo) -> str:
    """As one would type it."""
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None:
        return ""
    return code(str(value).lower() if isinstance(value, bool) else value)


def _values(field: FieldInfo) -> str:
    kinds = _options(field.annotation)
    bounds = [
        f"{words} {getattr(bound, attribute):,}"
        for bound in field.metadata
        for kind, (words, attribute) in _BOUNDS.items()
        if isinstance(bound, kind)
    ]
    return ", ".join([kinds, *bounds])


def _options(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return codes(get_args(annotation))
    words = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
    kinds = [one for one in get_args(annotation) or (annotation,) if one is not type(None)]
    return " or ".join(words[kind] for kind in kinds)
