"""The form of an operation, from the JSON schema of its settings. Pure: a sent form in, settings out.

Fields are called `set.` and their setting, so that an address holds them beside a mapping.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from backend.catalog.columns import ColumnType, TableFacts
from backend.datasets.operations.columns_named import in_words, or_list
from backend.datasets.operations.operation import Operation
from backend.recipes.loss_form import number
from backend.recipes.mapping_query import Pairs
from backend.recipes.schemas import Mapping

PREFIX = "set."
SENT = "set"
"""The field that says that a form was sent: a tick that is not set sends nothing."""


class Control(StrEnum):
    """What a person sets it by."""

    COLUMN = "column"
    COLUMNS = "columns"
    ENDS = "ends"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"
    LINES = "lines"
    VALUE = "value"
    MODEL = "model"
    MAPPING = "mapping"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A setting and how it is set. `options` are columns, of these `kinds`, or words to choose
    from; `of` is the setting that names the column whose kind of value this is."""

    name: str
    control: Control
    help: str
    is_required: bool
    kinds: tuple[ColumnType, ...] = ()
    options: tuple[str, ...] = ()
    default: Any = None
    of: str = ""

    @property
    def field(self) -> str:
        return PREFIX + self.name

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize()


def settings_of(operation: type[Operation], facts: TableFacts) -> list[Setting]:
    schema = operation.model_json_schema()
    required = schema.get("required", ())
    found: list[Setting] = []
    for name, said in schema["properties"].items():
        named = [each.name for each in found if each.control is Control.COLUMN]
        found.append(
            Setting(
                name=name,
                control=_control(name, said),
                help=said.get("description", ""),
                is_required=name in required,
                kinds=tuple(map(ColumnType, said.get("column_of", ()))),
                options=_options(said, facts),
                default=said.get("default"),
                of=named[-1] if named else "",
            )
        )
    return found


def lacks(settings: Iterable[Setting]) -> list[str]:
    """The kinds of column that are needed and that this table has none of, in words."""
    needed = [each.kinds for each in settings if each.is_required and not each.options]
    return list(
        dict.fromkeys(or_list([in_words(kind) for kind in kinds]) for kinds in needed if kinds)
    )


def is_sent(query: Pairs) -> bool:
    return any(name == SENT for name, _ in query)


def parameters_of(
    settings: Iterable[Setting], query: Pairs, facts: TableFacts, mapping: Mapping | None
) -> dict[str, Any]:
    """The settings that a sent form means; whether they will do is not judged here."""
    sent = [(name.removeprefix(PREFIX), value.strip()) for name, value in query]
    parameters: dict[str, Any] = {}
    for each in settings:
        values = [value for name, value in sent if name == each.name and value]
        if each.control is Control.MAPPING:
            parameters[each.name] = mapping.model_dump(mode="json") if mapping else {}
        elif each.control is Control.FLAG:
            if values or each.default is not None:
                parameters[each.name] = bool(values)
        elif values:
            column = facts.column(str(parameters.get(each.of, "")))
            parameters[each.name] = _value(each, values, column.type if column else None)
    return parameters


def _value(setting: Setting, values: list[str], kind: ColumnType | None) -> Any:
    match setting.control:
        case Control.COLUMNS:
            return values
        case Control.ENDS:
            return [number(value) for value in values]
        case Control.NUMBER:
            return number(values[0])
        case Control.LINES:
            return [line.strip() for line in values[0].splitlines() if line.strip()]
        case Control.VALUE if kind is ColumnType.BOOLEAN:
            return {"true": True, "false": False}.get(values[0].lower(), values[0])
        case Control.VALUE if kind in (ColumnType.INTEGER, ColumnType.NUMBER):
            return number(values[0])
        case _:
            return values[0]


def _control(name: str, said: dict[str, Any]) -> Control:
    kinds = {one.get("type") for one in (said, *said.get("anyOf", ()))} - {None, "null"}
    if "column_of" in said:
        return Control.COLUMNS if "array" in kinds else Control.COLUMN
    if "$ref" in said:
        return Control.MAPPING
    if "prefixItems" in said:
        return Control.ENDS
    if "enum" in said:
        return Control.CHOICE
    if name == "model":
        return Control.MODEL
    if kinds == {"boolean"}:
        return Control.FLAG
    if kinds <= {"integer", "number"}:
        return Control.NUMBER
    return Control.LINES if "array" in kinds else Control.VALUE


def _options(said: dict[str, Any], facts: TableFacts) -> tuple[str, ...]:
    if "column_of" in said:
        return tuple(column.name for column in facts.columns if column.type in said["column_of"])
    return tuple(said.get("enum", ()))
