"""What to begin an operation's form with: a guess from the mapping and the facts. Pure."""

from collections.abc import Iterable
from typing import Any

from backend.catalog.columns import ColumnFacts, TableFacts
from backend.preparing.operation_form import Control, Setting
from backend.recipes.schemas import Mapping

_PLACES = {
    "text": 0, "anchor": 0, "query": 0, "one": 0,
    "other": 1, "positive": 1, "document": 1,
}  # fmt: skip
"""Which text of a mapping a setting of this name most likely means."""

_LIKE = ("entailment", "positive", "duplicate", "paraphrase", "similar", "yes", "true", "1")
_HIGH = 0.8  # of a scale: from here on two texts usually say the same
_FEW_ROWS = 1_000


def begin(
    settings: Iterable[Setting], facts: TableFacts, mapping: Mapping | None
) -> dict[str, Any]:
    """Settings to look at first. What can't be guessed is left out, and so is what has a default."""
    label = facts.column(mapping.label) if mapping and mapping.label else None
    begun: dict[str, Any] = {}
    for each in settings:
        value = _guess(each, facts, mapping, label)
        if value is not None:
            begun[each.name] = value
    return begun


def _guess(
    setting: Setting, facts: TableFacts, mapping: Mapping | None, label: ColumnFacts | None
) -> Any:
    inputs = mapping.inputs if mapping else []
    match setting.control:
        case Control.MAPPING:
            return mapping.model_dump(mode="json") if mapping else None
        case Control.COLUMN:
            return _column(setting, mapping, inputs)
        case Control.COLUMNS:
            used = [*inputs, *([label.name] if label else [])]
            return [name for name in used if name in setting.options] or None
        case Control.ENDS if setting.is_required and label and label.minimum is not None:
            return [label.minimum, label.maximum]
        case Control.VALUE if setting.is_required and label:
            return _class(setting.name, label)
        case Control.NUMBER if setting.is_required:
            return _number(setting.name, label)
        case _:
            return setting.default


def _column(setting: Setting, mapping: Mapping | None, inputs: list[str]) -> str | None:
    place = _PLACES.get(setting.name)
    if place is not None and place < len(inputs):
        name: str | None = inputs[place]
    else:
        name = mapping.grade if mapping and setting.name == "grade" else None
        name = name or (mapping.label if mapping and setting.name != "grade" else None)
    if name in setting.options:
        return name
    return setting.options[0] if setting.is_required and setting.options else None


def _class(name: str, label: ColumnFacts) -> str | None:
    """The class that says alike, or the first other one."""
    alike = next((value for value in label.examples if value.lower() in _LIKE), None)
    if name == "positive":
        return alike
    return next((value for value in label.examples if value != alike), None)


def _number(name: str, label: ColumnFacts | None) -> float | None:
    if name == "rows":
        return _FEW_ROWS
    if label is None or label.minimum is None or label.maximum is None:
        return None
    return round(label.minimum + _HIGH * (label.maximum - label.minimum), 3)
