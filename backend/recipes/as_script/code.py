"""Python as text: calls that read as a person would break them into lines."""

import json
from collections.abc import Iterable, Mapping

MOST_CHARACTERS = 100


def quoted(text: str) -> str:
    """A text as a literal. What JSON escapes, Python reads as JSON does."""
    return json.dumps(text, ensure_ascii=False)


def call(function: str, *given: str, **named: str) -> str:
    """`function(given, name=value)`: on one line if it fits, else an argument a line."""
    return called(function, given, named)


def called(function: str, given: Iterable[str], named: Mapping[str, str]) -> str:
    arguments = [*given, *(f"{name}={value}" for name, value in named.items())]
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= MOST_CHARACTERS and "\n" not in line:
        return line
    return f"{function}(\n{_lines(arguments)})"


def listed(items: Iterable[str]) -> str:
    """A list, an item a line; `[]` where there is none."""
    items = list(items)
    return f"[\n{_lines(items)}]" if items else "[]"


def by_name(items: Mapping[str, str]) -> str:
    """A dict from texts to expressions, an item a line."""
    return f"{{\n{_lines(f'{quoted(name)}: {value}' for name, value in items.items())}}}"


def indented(text: str) -> str:
    """All lines but the first one step further in."""
    return text.replace("\n", "\n    ")


def _lines(items: Iterable[str]) -> str:
    return "".join(f"    {indented(item)},\n" for item in items)
