"""A mapping as the query of an address: `?text=question&text=answer&label=score&low=0&high=5`.

Pure. So an address says which columns were chosen, on every page that goes by them.
"""

from collections.abc import Iterable
from urllib.parse import urlencode

from pydantic import ValidationError

from backend.recipes.schemas import Mapping

Pairs = Iterable[tuple[str, str]]

_PARTS = ("label", "grade", "group")
_NAMES = ("text", *_PARTS, "low", "high")


def to_query(mapping: Mapping | None, more: Pairs = ()) -> str:
    """The mapping's part of an address, then `more`; without the question mark."""
    return urlencode([*(_pairs(mapping) if mapping else ()), *more])


def names_columns(query: Pairs) -> bool:
    """Whether the address says anything of columns; if not, they are proposed."""
    return any(name in _NAMES for name, _ in query)


def from_query(query: Pairs) -> Mapping | None:
    """The mapping that an address names; None where it names no text, or what can't be one."""
    query = list(query)
    given = {name: value for name, value in query if value}
    values = {
        "inputs": [value for name, value in query if name == "text"],
        **{part: given.get(part) for part in _PARTS},
        "label_range": (given["low"], given["high"]) if {"low", "high"} <= set(given) else None,
    }
    try:
        return Mapping.model_validate(values)
    except ValidationError:
        return None


def _pairs(mapping: Mapping) -> list[tuple[str, str]]:
    pairs = [("text", name) for name in mapping.inputs]
    pairs += [(part, name) for part in _PARTS if (name := getattr(mapping, part))]
    if mapping.label_range:
        low, high = (repr(end).removesuffix(".0") for end in mapping.label_range)
        pairs += [("low", low), ("high", high)]
    return pairs
