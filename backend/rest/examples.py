"""An example of whatever a schema describes, so that no operation is documented without one.

What a field says of itself wins (`examples`, then `const`, `default`, the first of an `enum`); what
says nothing gets the plainest value that its type allows.
"""

import re
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

A_TIME = "2026-11-23T14:00:00Z"
_DEEPEST = 8
"""Schemas that hold themselves, as losses in losses, end here."""

_BY_FORMAT = {
    "date-time": A_TIME,
    "date": "2026-11-23",
    "uri": "https://example.org/",
    "binary": "question,answer\nhow do I return it,send it back\n",
    "email": "ada@example.org",
}
_PLAIN: dict[str, Any] = {"boolean": True, "null": None}


class NoExample(Exception):
    """A text must fit a pattern that nobody can guess a text of: give its field `examples`."""


def example_of(schema: Schema, schemas: Mapping[str, Schema], depth: int = 0) -> Any:
    """A value that `schema` allows; `schemas` are those that it may refer to, by name.

    Raises NoExample.
    """
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[1]
        return example_of(schemas[name], schemas, depth)
    if schema.get("examples"):
        return schema["examples"][0]
    for word in ("example", "const"):
        if word in schema:
            return schema[word]
    if schema.get("default") is not None and not isinstance(schema["default"], dict):
        return schema["default"]
    if "enum" in schema:
        return schema["enum"][0]
    if choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return _first(choices, schemas, depth)
    return _by_type(schema, schemas, depth)


def _first(choices: list[Schema], schemas: Mapping[str, Schema], depth: int) -> Any:
    """Of several kinds the first, but null where it gets too deep for anything else."""
    null = {"type": "null"}
    if depth >= _DEEPEST and null in choices:
        return None
    chosen = next((each for each in choices if each != null), null)
    return example_of(chosen, schemas, depth)


def _by_type(schema: Schema, schemas: Mapping[str, Schema], depth: int) -> Any:
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        return _object(schema, schemas, depth + 1)
    if kind == "array":
        return _array(schema, schemas, depth + 1)
    if kind == "string":
        return _text(schema)
    if kind in ("integer", "number"):
        return _number(schema)
    return _PLAIN.get(str(kind), {})


def _object(schema: Schema, schemas: Mapping[str, Schema], depth: int) -> dict[str, Any]:
    required = schema.get("required", ())
    return {
        name: example_of(part, schemas, depth)
        for name, part in schema.get("properties", {}).items()
        if name in required or depth < _DEEPEST
    }


def _array(schema: Schema, schemas: Mapping[str, Schema], depth: int) -> list[Any]:
    if "prefixItems" in schema:
        return [example_of(part, schemas, depth) for part in schema["prefixItems"]]
    is_empty = depth >= _DEEPEST and not schema.get("minItems")
    items = schema.get("items", {})
    return [] if is_empty else [example_of(items, schemas, depth)] * schema.get("minItems", 1)


def _text(schema: Schema) -> str:
    known = _BY_FORMAT.get(schema.get("format") or "")
    if "contentMediaType" in schema:
        known = _BY_FORMAT["binary"]
    text = (known or "text").ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]
    if not re.search(schema.get("pattern", ""), text):
        raise NoExample(f"{schema.get('title', 'a text')} that fits {schema['pattern']}")
    return text


def _number(schema: Schema) -> int | float:
    lowest = schema.get("minimum", schema.get("exclusiveMinimum", 1))
    value: int | float = lowest if "minimum" in schema else max(lowest + 1, 1)
    if "exclusiveMinimum" not in schema and "minimum" not in schema:
        value = min(1, schema.get("maximum", 1))
    if value >= schema.get("exclusiveMaximum", float("inf")):
        value = (lowest + schema["exclusiveMaximum"]) / 2
    highest: int | float = schema.get("maximum", value)
    return min(value, highest)
