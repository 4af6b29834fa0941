"""`likewise losses`: what a training can aim for."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from likewise.cli.output import Json, show

if TYPE_CHECKING:
    from backend.catalog.rows import LossRow, Parameter


def losses(
    name: Annotated[
        str | None, typer.Argument(help="One loss, with its settings.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Every loss: what it is for, and what data it takes."""
    from backend.catalog.losses import FAMILIES, LOSSES

    if name is None:
        show(list(LOSSES.values()), as_json, lambda: "\n\n".join(_families(FAMILIES)))
        return
    row = LOSSES.get(name)
    if row is None:
        raise typer.BadParameter(f"there is no {name!r}; `likewise losses` lists those there are")
    show(row, as_json, lambda: "\n".join([_words(row), *_settings(row)]))


def _families(families: dict[str, tuple["LossRow", ...]]) -> Iterator[str]:
    for title, rows in families.items():
        yield title
        yield from map(_words, rows)


def _words(row: "LossRow") -> str:
    takes = "what the loss takes that it wraps" if row.wraps else _forms(row)
    return f"{row.name}\n  {row.purpose}\n  takes {takes}"


def _forms(row: "LossRow") -> str:
    return " or ".join(dict.fromkeys(form.in_words for form in row.accepts))


def _settings(row: "LossRow") -> Iterator[str]:
    for name, what in row.models.items():
        yield f"  {name}: a model that {what}"
    for parameter in row.parameters:
        yield f"  {parameter.name}: {parameter.help}\n    {_values(parameter)}"
    if row.wraps:
        yield "  inner: the loss that it wraps, beside `name` and `parameters`"


def _values(parameter: "Parameter") -> str:
    kind = f"one of {', '.join(parameter.choices)}" if parameter.choices else parameter.kind.value
    many = f"a list, each {kind}" if parameter.is_many else kind
    default = parameter.default
    values = default if isinstance(default, tuple) else (default,)
    shown = ", ".join("none" if value is None else str(value) for value in values)
    return f"{many}; {'for example' if parameter.required else 'default'} {shown}"
