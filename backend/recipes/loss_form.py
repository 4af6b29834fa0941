"""The fields of a loss in the plan's form, as its row declares them. Pure.

A field is called by its place: `loss.scale`, and `loss.inner.scale` of the loss that it wraps.
What is empty, or as the default is, is left out of the recipe.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from backend.catalog.losses import LOSSES
from backend.catalog.rows import Kind, LossRow, Parameter
from backend.recipes.losses import to_begin_with
from backend.recipes.schemas import MOST_LAYERS


class Control(StrEnum):
    """How a setting is set."""

    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    MODEL = "model"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A field: `options` are (value, is it chosen); `help` is the row's own sentence. `is_needed`:
    it has no default; `is_changed`: the recipe says something else than the default."""

    field: str
    name: str
    help: str
    control: Control
    value: str = ""
    options: tuple[tuple[str, bool], ...] = ()
    is_needed: bool = False
    is_changed: bool = False


@dataclass(frozen=True, kw_only=True)
class Level:
    """One loss of the chain, as the form shows it: its settings, and the field of the loss that it
    wraps, if it wraps one."""

    row: LossRow
    settings: tuple[Setting, ...]
    inner_field: str | None

    @property
    def needed(self) -> list[Setting]:
        return [setting for setting in self.settings if setting.is_needed]

    @property
    def others(self) -> list[Setting]:
        return [setting for setting in self.settings if not setting.is_needed]

    @property
    def is_changed(self) -> bool:
        """Whether those others hold something to be seen."""
        return any(setting.is_changed for setting in self.others)


def levels(loss: object) -> list[Level]:
    """The chain of losses in a recipe's `loss`, right or wrong, as far as it is known."""
    found: list[Level] = []
    for prefix, use, row in _chain(loss):
        given = use.get("parameters")
        values = given if isinstance(given, dict) else {}
        settings = [
            *(_model(prefix, name, what, values) for name, what in row.models.items()),
            *(_setting(prefix, parameter, values) for parameter in row.parameters),
        ]
        inner = f"{prefix}.inner" if row.wraps else None
        found.append(Level(row=row, settings=tuple(settings), inner_field=inner))
    return found


def lay(loss: dict[str, Any], form: Mapping[str, str], dimensions: int | None) -> dict[str, Any]:
    """`loss` with what the form says of it. Another loss starts from its own defaults, and wraps
    the one that was chosen before."""
    wanted = form.get("loss")
    if wanted and wanted != loss.get("name"):
        return begun(wanted, loss, dimensions)
    for prefix, use, row in list(_chain(loss)):
        use["parameters"] = _parameters(prefix, row, use.get("parameters"), form)
        inner = form.get(f"{prefix}.inner")
        if inner and inner != (use.get("inner") or {}).get("name"):
            use["inner"] = begun(inner, {}, dimensions)
            break
    return loss


def begun(name: str, before: object, dimensions: int | None) -> dict[str, Any]:
    """A loss as one begins with it; a wrapper wraps the innermost of `before`."""
    row = LOSSES.get(name)
    if row is None:
        return {"name": name}
    chain = list(_chain(before))
    inner = chain[-1][2] if chain and chain[-1][2].is_whole else None
    use = to_begin_with(row, dimensions, inner.name if inner else None)
    plain: dict[str, Any] = use.model_dump(mode="json", exclude_defaults=True)
    return plain


def _chain(loss: object) -> Iterator[tuple[str, dict[str, Any], LossRow]]:
    prefix, use = "loss", loss
    for _ in range(MOST_LAYERS):
        row = LOSSES.get(str(use.get("name"))) if isinstance(use, dict) else None
        if not isinstance(use, dict) or row is None:
            return
        yield prefix, use, row
        prefix, use = f"{prefix}.inner", use.get("inner")


def _model(prefix: str, name: str, what: str, values: Mapping[str, Any]) -> Setting:
    return Setting(
        field=f"{prefix}.{name}",
        name=name,
        help=what,
        control=Control.MODEL,
        value=str(values.get(name) or ""),
        is_needed=True,
    )


def _setting(prefix: str, parameter: Parameter, values: Mapping[str, Any]) -> Setting:
    value = values.get(parameter.name, parameter.default)
    control, options = Control.TEXT, _options(parameter, value)
    if options:
        control = Control.CHOICES if parameter.is_many else Control.CHOICE
    elif parameter.kind in (Kind.WHOLE, Kind.NUMBER) and not parameter.is_many:
        control = Control.NUMBER
    return Setting(
        field=f"{prefix}.{parameter.name}",
        name=parameter.name,
        help=parameter.help,
        control=control,
        value=_written(value),
        options=options,
        is_needed=parameter.required,
        is_changed=parameter.name in values,
    )


def _options(parameter: Parameter, value: object) -> tuple[tuple[str, bool], ...]:
    chosen = value if isinstance(value, list | tuple) else [value]
    written = [_written(one) for one in chosen]
    names = parameter.choices
    if parameter.kind is Kind.FLAG and not parameter.is_many:
        names = ("yes", "no")
    if names and not parameter.is_many and (parameter.or_none or parameter.default is None):
        names = ("", *names)
    return tuple((name, name in written) for name in names)


def _parameters(
    prefix: str, row: LossRow, given: object, form: Mapping[str, str]
) -> dict[str, Any]:
    """What was given, with the fields that were sent laid over it."""
    values = dict(given) if isinstance(given, dict) else {}
    sent = {name: form[f"{prefix}.{name}"].strip() for name in _names(row, prefix, form)}
    for name, written in sent.items():
        parameter = row.parameter(name)
        value = _read(parameter, written) if parameter else written
        is_default = (
            parameter is not None and not parameter.required and _is_default(parameter, value)
        )
        if not written or is_default:
            values.pop(name, None)
        else:
            values[name] = value
    return values


def _names(row: LossRow, prefix: str, form: Mapping[str, str]) -> list[str]:
    names = [*row.models, *(parameter.name for parameter in row.parameters)]
    return [name for name in names if f"{prefix}.{name}" in form]


def _is_default(parameter: Parameter, value: object) -> bool:
    default = parameter.default
    return value == (list(default) if isinstance(default, tuple) else default)


def _read(parameter: Parameter, written: str) -> object:
    if parameter.is_many:
        return [_read_one(parameter, one.strip()) for one in written.split(",") if one.strip()]
    return _read_one(parameter, written)


def _read_one(parameter: Parameter, written: str) -> object:
    """A value of its kind where it is one; else what was written, for the complaint to quote."""
    match parameter.kind:
        case Kind.FLAG:
            return {"yes": True, "no": False}.get(written, written)
        case Kind.WHOLE | Kind.NUMBER:
            return number(written)
        case _:
            return written


def number(written: str) -> int | float | str:
    """A number where it is one; else what was written, so that the complaint can quote it."""
    for kind in (int, float):
        try:
            return kind(written.strip().replace(",", "."))
        except ValueError:
            continue
    return written


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(_written(one) for one in value)
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
